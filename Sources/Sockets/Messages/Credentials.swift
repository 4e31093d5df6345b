/// Which process, user and group a Unix socket's peer, or the sender of a message, is.
///
/// The kernel checks them: only a privileged process can name another one than itself. The corresponding C structure is
/// `ucred`.
public struct Credentials: Hashable, Sendable {
    /// The number of the process; 0 when it lives in a namespace that this process cannot see.
    public let processIdentifier: Int32
    /// The number of the user.
    public let userIdentifier: UInt32
    /// The number of the group.
    public let groupIdentifier: UInt32

    /// Names a process, its user and its group.
    ///
    /// - Parameters:
    ///   - processIdentifier: The number of the process.
    ///   - userIdentifier: The number of the user.
    ///   - groupIdentifier: The number of the group.
    public init(processIdentifier: Int32, userIdentifier: UInt32, groupIdentifier: UInt32) {
        self.processIdentifier = processIdentifier
        self.userIdentifier = userIdentifier
        self.groupIdentifier = groupIdentifier
    }
}

extension Credentials: CustomStringConvertible {
    /// The three numbers, as `process 4711, user 1000, group 1000`.
    public var description: String {
        "process \(processIdentifier), user \(userIdentifier), group \(groupIdentifier)"
    }
}
