import PackagePlugin
@main struct Checkv4Plugin: CommandPlugin {
    func performCommand(context: PluginContext, arguments: [String]) async throws {}
}
