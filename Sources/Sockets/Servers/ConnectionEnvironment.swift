/// The variables by which a program learns of its connection.
enum ConnectionEnvironment {
    private static let names: Set<String> = [
        "PROTO", "TCPLOCALIP", "TCPLOCALPORT", "TCPLOCALHOST", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPREMOTEHOST",
        "TCPREMOTEINFO", "UNIXLOCALPATH", "UNIXREMOTEPATH", "REMOTE_ADDR", "REMOTE_PORT",
    ]

    /// An environment without the variables of another connection, and with more of the caller's.
    static func base(_ environment: [[UInt8]], adding: [String: String]) -> [[UInt8]] {
        let kept = environment.filter { variable in
            let name = String(decoding: variable.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            return !names.contains(name) && adding[name] == nil
        }
        let added = adding.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
        return kept + added.map { Array("\($0.key)=\($0.value)".utf8) }
    }

    static func variables(local: SocketAddress, remote: SocketAddress) -> [[UInt8]] {
        var variables: [[UInt8]] = []
        func set(_ name: String, _ value: String) { variables.append(Array("\(name)=\(value)".utf8)) }
        func set(_ name: String, _ value: [UInt8]) { variables.append(Array("\(name)=".utf8) + value) }
        let local = local.unmapped
        let remote = remote.unmapped
        switch local {
        case .ipv4, .ipv6:
            set("PROTO", "TCP")
            if let ip = local.ipAddress { set("TCPLOCALIP", ip.description) }
            if let port = local.port { set("TCPLOCALPORT", String(port.rawValue)) }
            if let ip = remote.ipAddress {
                set("TCPREMOTEIP", ip.description)
                set("REMOTE_ADDR", ip.description)
            }
            if let port = remote.port {
                set("TCPREMOTEPORT", String(port.rawValue))
                set("REMOTE_PORT", String(port.rawValue))
            }
        case .unix(let local):
            set("PROTO", "UNIX")
            if let name = name(local) { set("UNIXLOCALPATH", name) }
            if let name = remote.unixAddress.flatMap(name) {
                set("UNIXREMOTEPATH", name)
                set("REMOTE_ADDR", name)
            }
        default:
            break
        }
        return variables
    }

    /// The path, or an abstract name after `@`; `nil` where there is none, or a NUL is in it.
    private static func name(_ address: UnixAddress) -> [UInt8]? {
        let bytes: [UInt8]
        switch address.kind {
        case .unnamed: return nil
        case .path(let path): bytes = path
        case .abstract(let name): bytes = [UInt8(ascii: "@")] + name
        }
        return bytes.contains(0) ? nil : bytes
    }
}
