internal import CSockets
internal import Glibc
internal import SystemPackage

/// The name of this machine.
public enum HostName {
    /// The name, as the kernel has it; it need not be one that the resolver knows.
    ///
    /// The corresponding C function is `gethostname`.
    public static var current: String { SystemNames.hostName }

    /// Changes the name until the machine starts again.
    ///
    /// The corresponding C function is `sethostname`.
    ///
    /// - Parameter name: The name, at most 64 bytes.
    /// - Throws: ``SocketError`` with ``SocketError/Code/permissionDenied`` without the capability `CAP_SYS_ADMIN`,
    ///   ``SocketError/Code/invalidArgument`` for a name that is empty, too long or has a NUL in it.
    public static func set(_ name: String) throws(SocketError) {
        let count = name.utf8.count
        guard count > 0, count <= 64, !name.utf8.contains(0) else {
            throw SocketError(
                .invalidArgument, .setHostName, errno: .invalidArgument, subject: "\(name.prefix(70))",
                hint: "a host name has 1 to 64 bytes, and no NUL")
        }
        let result = SystemNames.setHostName(name)
        guard result < 0 else { return }
        let isForbidden = result == -EPERM
        throw SocketError(
            .setHostName, result: result, subject: name,
            hint: isForbidden ? "changing the host name needs the capability CAP_SYS_ADMIN" : nil)
    }

    /// The name of the machine's NIS domain, `nil` where there is none; it is not the domain of the Internet.
    ///
    /// For that, see ``Resolver/fullyQualifiedName(of:timeout:)``. The corresponding C function is `getdomainname`.
    public static var domain: String? {
        let name = SystemNames.domainName
        return name.isEmpty || name == "(none)" ? nil : name
    }
}
