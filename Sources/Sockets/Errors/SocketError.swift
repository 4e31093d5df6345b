public import SystemPackage

/// An error of a socket operation: what was tried, on which address, and why it failed.
///
/// ```swift
/// do {
///     let socket = try Socket.connected(to: "localhost", port: 7777)
/// } catch {
///     guard error.code == .connectionRefused else { throw error }
///     print("Nobody listens there.")
/// }
/// ```
///
/// Compare ``code`` for the reason in the terms of sockets, ``errno`` for the number of the system. Printed, an error
/// reads like `bind 127.0.0.1:80: permission denied (EACCES); ports below 1024 need privilege`.
public struct SocketError: Error, Hashable, Sendable {
    /// The reason.
    public let code: Code
    /// The operation that failed, by the name of its method.
    public let operation: Operation
    /// The system's number for the reason; `nil` where the reason is not the system's, as in a time that ran out.
    public let errno: Errno?
    /// What only few errors have; boxed, so that throwing one moves four words.
    private let details: Details?

    /// The remote or local address of the operation.
    public var address: SocketAddress? { details?.address }
    /// What the operation was on, where that is no address: the name of an option, the path of a file.
    public var subject: String? { details?.subject }
    /// What a person can do about it, or what else is worth knowing.
    public var hint: String? { details?.hint ?? Hint.forError(code, operation, errno, details?.address) }
    /// How many bytes had been sent or received when a call that loops, such as `sendAll`, failed.
    public var bytesTransferred: Int? { details?.bytesTransferred }
    /// Each attempt's own error, where an operation tried several addresses.
    public var attempts: [SocketError] { details?.attempts ?? [] }
    /// The resolver's error, where a host or service name could not be resolved.
    public var resolverError: ResolverError? { details?.resolverError }
    /// What connecting to a host by its name did, with the times; two errors that differ in it alone are equal.
    public var connectionReport: ConnectionReport? { details?.connectionReport }

    /// Makes an error; for packages that add their own domains or protocols.
    ///
    /// - Parameters:
    ///   - code: The reason; by default the one that belongs to `errno`.
    ///   - operation: What was tried.
    ///   - errno: The number of the system.
    ///   - address: The address of the operation.
    ///   - subject: What the operation was on, if it was no address.
    ///   - hint: What to do about it.
    ///   - bytesTransferred: How far a looping call had come.
    ///   - attempts: The errors of the single attempts.
    ///   - resolverError: The resolver's error.
    ///   - connectionReport: What connecting to a host did.
    public init(
        _ code: Code? = nil,
        _ operation: Operation,
        errno: Errno? = nil,
        address: SocketAddress? = nil,
        subject: String? = nil,
        hint: String? = nil,
        bytesTransferred: Int? = nil,
        attempts: [SocketError] = [],
        resolverError: ResolverError? = nil,
        connectionReport: ConnectionReport? = nil
    ) {
        self.code = code ?? errno.map { Code($0) } ?? .system
        self.operation = operation
        self.errno = errno
        let isPlain =
            address == nil && subject == nil && hint == nil && bytesTransferred == nil && attempts.isEmpty
            && resolverError == nil && connectionReport == nil
        self.details =
            isPlain
            ? nil
            : Details(
                address: address, subject: subject, hint: hint, bytesTransferred: bytesTransferred,
                attempts: attempts, resolverError: resolverError, connectionReport: connectionReport)
    }

    /// The same error with some facts added.
    package func with(
        code: Code? = nil, address: SocketAddress? = nil, subject: String? = nil, hint: String? = nil,
        bytesTransferred: Int? = nil, connectionReport: ConnectionReport? = nil
    ) -> SocketError {
        SocketError(
            code ?? self.code, operation, errno: errno, address: self.address ?? address,
            subject: self.subject ?? subject, hint: details?.hint ?? hint,
            bytesTransferred: bytesTransferred ?? self.bytesTransferred, attempts: attempts,
            resolverError: resolverError, connectionReport: connectionReport ?? self.connectionReport)
    }

    private final class Details: Hashable, Sendable {
        let address: SocketAddress?
        let subject: String?
        let hint: String?
        let bytesTransferred: Int?
        let attempts: [SocketError]
        let resolverError: ResolverError?
        let connectionReport: ConnectionReport?

        init(
            address: SocketAddress?, subject: String?, hint: String?, bytesTransferred: Int?,
            attempts: [SocketError], resolverError: ResolverError?, connectionReport: ConnectionReport?
        ) {
            self.address = address
            self.subject = subject
            self.hint = hint
            self.bytesTransferred = bytesTransferred
            self.attempts = attempts
            self.resolverError = resolverError
            self.connectionReport = connectionReport
        }

        static func == (first: Details, second: Details) -> Bool {
            first === second
                || first.address == second.address && first.subject == second.subject && first.hint == second.hint
                    && first.bytesTransferred == second.bytesTransferred && first.attempts == second.attempts
                    && first.resolverError == second.resolverError
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(address)
            hasher.combine(subject)
            hasher.combine(bytesTransferred)
            hasher.combine(attempts)
        }
    }
}

extension SocketError {
    /// The reason in words, with the system's name for it.
    var reason: String {
        if let resolverError { return resolverError.reason }
        if attempts.count > 1 { return "all \(attempts.count) attempts failed" }
        if let errno { return "\(ErrnoNames.text(errno)) (\(ErrnoNames.name(errno)))" }
        return code.description
    }
}

extension SocketError: CustomStringConvertible {
    /// The error in one line: operation, address, reason, the system's name for it, and a hint.
    public var description: String {
        var text = operation.rawValue
        if let subject { text += " \(subject)" }
        if let address { text += subject == nil ? " \(address)" : " (\(address))" }
        text += ": \(reason)"
        if let bytesTransferred { text += " after \(bytesTransferred) bytes" }
        if let hint { text += "; \(hint)" }
        for attempt in attempts where attempts.count > 1 { text += "\n    \(attempt)" }
        return text
    }
}
