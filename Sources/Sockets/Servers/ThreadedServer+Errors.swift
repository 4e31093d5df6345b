internal import SystemPackage

extension ThreadedServer {
    /// What a server does with errors when nobody else wants them: one line on standard error, as Python does.
    static let printError: ErrorHandler = { error, client in
        let text = "serving \(client?.description ?? "clients"): \(error)\n"
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
