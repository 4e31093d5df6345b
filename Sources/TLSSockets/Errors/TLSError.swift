public import Sockets

/// An error of a secure connection or of its settings: what failed, why, and what to do about it.
///
/// ```swift
/// do {
///     let socket = try TLSSocket.connected(to: "expired.example", port: 443, using: .client())
///     try socket.sendAll("hello")
/// } catch {
///     if let failure = error.verification { print(failure.reason, "in", failure.subject ?? "?") }
/// }
/// ```
///
/// Compare ``code`` for the reason. Where the socket below failed, ``socketError`` has its error, and ``code`` repeats
/// what matters of it: closed, timed out, would block, cancelled. The text of OpenSSL stands last, in ``detail``.
public struct TLSError: Error, Hashable, Sendable {
    /// The reason.
    public let code: Code
    /// Boxed, so that throwing an error moves two words.
    private let details: Details?

    /// What was tried.
    public var operation: SocketError.Operation? { details?.operation }
    /// The file, the host or the setting that it was about.
    public var subject: String? { details?.subject }
    /// The alert that ended the connection.
    public var alert: TLSAlert? { details?.alert }
    /// Whether the alert came from the peer; else this side sent it.
    public var isAlertFromPeer: Bool { details?.isAlertFromPeer ?? false }
    /// Why the peer's certificate was refused.
    public var verification: VerificationFailure? { details?.verification }
    /// The error of the socket below.
    public var socketError: SocketError? { details?.socketError }
    /// How many bytes had been sent when a call that loops, such as `sendAll`, failed.
    public var bytesTransferred: Int? { details?.bytesTransferred ?? details?.socketError?.bytesTransferred }
    /// What a person can do about it.
    public var hint: String? { details?.hint }
    /// OpenSSL's own text for it.
    public var detail: String? { details?.detail }

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The reason.
    ///   - operation: What was tried.
    ///   - subject: What it was about.
    ///   - alert: The alert that ended the connection.
    ///   - isAlertFromPeer: Whether the peer sent it.
    ///   - verification: Why the peer's certificate was refused.
    ///   - socketError: The error of the socket below.
    ///   - bytesTransferred: How far a looping call had come.
    ///   - hint: What to do about it.
    ///   - detail: OpenSSL's text.
    public init(
        _ code: Code, _ operation: SocketError.Operation? = nil, subject: String? = nil, alert: TLSAlert? = nil,
        isAlertFromPeer: Bool = false, verification: VerificationFailure? = nil, socketError: SocketError? = nil,
        bytesTransferred: Int? = nil, hint: String? = nil, detail: String? = nil
    ) {
        self.code = code
        let isPlain =
            operation == nil && subject == nil && alert == nil && verification == nil && socketError == nil
            && bytesTransferred == nil && hint == nil && detail == nil
        details =
            isPlain
            ? nil
            : Details(
                operation: operation, subject: subject, alert: alert, isAlertFromPeer: isAlertFromPeer,
                verification: verification, socketError: socketError, bytesTransferred: bytesTransferred, hint: hint,
                detail: detail)
    }

    /// The same error with some facts added.
    func with(
        _ operation: SocketError.Operation? = nil, subject: String? = nil, bytesTransferred: Int? = nil,
        hint: String? = nil
    ) -> TLSError {
        TLSError(
            code, self.operation ?? operation, subject: self.subject ?? subject, alert: alert,
            isAlertFromPeer: isAlertFromPeer, verification: verification, socketError: socketError,
            bytesTransferred: bytesTransferred ?? self.bytesTransferred, hint: self.hint ?? hint, detail: detail)
    }

    private final class Details: Hashable, Sendable {
        let operation: SocketError.Operation?
        let subject: String?
        let alert: TLSAlert?
        let isAlertFromPeer: Bool
        let verification: VerificationFailure?
        let socketError: SocketError?
        let bytesTransferred: Int?
        let hint: String?
        let detail: String?

        init(
            operation: SocketError.Operation?, subject: String?, alert: TLSAlert?, isAlertFromPeer: Bool,
            verification: VerificationFailure?, socketError: SocketError?, bytesTransferred: Int?, hint: String?,
            detail: String?
        ) {
            self.operation = operation
            self.subject = subject
            self.alert = alert
            self.isAlertFromPeer = isAlertFromPeer
            self.verification = verification
            self.socketError = socketError
            self.bytesTransferred = bytesTransferred
            self.hint = hint
            self.detail = detail
        }

        static func == (first: Details, second: Details) -> Bool {
            first === second
                || first.operation == second.operation && first.subject == second.subject
                    && first.alert == second.alert && first.isAlertFromPeer == second.isAlertFromPeer
                    && first.verification == second.verification && first.socketError == second.socketError
                    && first.bytesTransferred == second.bytesTransferred && first.hint == second.hint
                    && first.detail == second.detail
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(operation)
            hasher.combine(subject)
            hasher.combine(alert)
            hasher.combine(verification)
            hasher.combine(socketError)
        }
    }
}

extension TLSError: StreamFailure {
    /// Takes over the error of the socket below.
    public init(_ error: SocketError) {
        self.init(Code(error.code), error.operation, socketError: error)
    }
}

extension TLSError: CustomStringConvertible {
    /// The error in one line: operation, subject, reason, alert, hint, and OpenSSL's text last.
    public var description: String {
        if let socketError, detail == nil, hint == nil, subject == nil { return "TLS: \(socketError)" }
        var text = "TLS"
        if let operation { text += " \(operation)" }
        if let subject { text += " \(subject)" }
        text += ": "
        if let verification {
            text += "\(code.description): \(verification)"
        } else if let alert, isAlertFromPeer {
            text += "the peer refused (alert \(alert))"
        } else if let socketError {
            text += "\(code.description) (\(socketError))"
        } else {
            text += code.description
        }
        if let bytesTransferred { text += " after \(bytesTransferred) bytes" }
        if let hint { text += "; \(hint)" }
        if let detail { text += " [OpenSSL: \(detail)]" }
        return text
    }
}
