public import Sockets

extension TLSError {
    /// The reason of a ``TLSError``; an open set, compared with `==`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Reason: UInt8 {
            case alert, badKey, badSetting, busy, cancelled, certificateRefused, closed, connection, endOfStream,
                internalError, limitExceeded, notConnected, nothingInCommon, protocolViolation, timedOut, truncated,
                unreadableFile, unsupported, wouldBlock, wrongPassword
        }

        private let reason: Reason

        private init(reason: Reason) { self.reason = reason }

        /// The peer ended the connection with an alert; see ``TLSError/alert``.
        public static let alert = Code(reason: .alert)
        /// The private key does not belong to the certificate, or cannot be used.
        public static let badKey = Code(reason: .badKey)
        /// A setting of the context, or an argument, cannot be used; see ``TLSError/subject``.
        public static let badSetting = Code(reason: .badSetting)
        /// Another call of the same direction is under way.
        public static let busy = Code(reason: .busy)
        /// The operation was cancelled.
        public static let cancelled = Code(reason: .cancelled)
        /// This side refused the peer's certificate; see ``TLSError/verification``.
        public static let certificateRefused = Code(reason: .certificateRefused)
        /// The socket is closed: before the call, or by another thread during it.
        public static let closed = Code(reason: .closed)
        /// The socket below failed; see ``TLSError/socketError``.
        public static let connection = Code(reason: .connection)
        /// The stream ended, properly, before all the bytes that were asked for had come.
        public static let endOfStream = Code(reason: .endOfStream)
        /// OpenSSL failed for a reason of its own, such as memory; see ``TLSError/detail``.
        public static let internalError = Code(reason: .internalError)
        /// More came than the caller's limit allows.
        public static let limitExceeded = Code(reason: .limitExceeded)
        /// There is no connection: the socket listens, or was unwrapped.
        public static let notConnected = Code(reason: .notConnected)
        /// Both sides have no version, cipher suite, group, signature or application protocol in common.
        public static let nothingInCommon = Code(reason: .nothingInCommon)
        /// What the peer sent is no TLS, or is against its rules.
        public static let protocolViolation = Code(reason: .protocolViolation)
        /// The time ran out; the connection stays usable.
        public static let timedOut = Code(reason: .timedOut)
        /// The connection ended without the peer's goodbye (close_notify): bytes may be missing, by accident or by attack.
        public static let truncated = Code(reason: .truncated)
        /// A file, or its content, cannot be read; see ``TLSError/subject``.
        public static let unreadableFile = Code(reason: .unreadableFile)
        /// The version in use, or the library, does not have it.
        public static let unsupported = Code(reason: .unsupported)
        /// A connection in non-blocking mode would have to wait.
        public static let wouldBlock = Code(reason: .wouldBlock)
        /// The password of a key or of a PKCS#12 file is wrong or missing.
        public static let wrongPassword = Code(reason: .wrongPassword)

        /// The reason that the reason of a socket's error is for a secure connection; ``connection`` for most.
        public init(_ code: SocketError.Code) {
            switch code {
            case .busy: self = .busy
            case .cancelled: self = .cancelled
            case .closed: self = .closed
            case .endOfStream: self = .endOfStream
            case .invalidArgument: self = .badSetting
            case .limitExceeded: self = .limitExceeded
            case .timedOut: self = .timedOut
            case .wouldBlock: self = .wouldBlock
            default: self = .connection
            }
        }

        /// The reason in words.
        public var description: String {
            switch reason {
            case .alert: "the peer sent an alert"
            case .badKey: "the private key cannot be used"
            case .badSetting: "the setting cannot be used"
            case .busy: "another call of this direction is under way"
            case .cancelled: "cancelled"
            case .certificateRefused: "the peer's certificate was refused"
            case .closed: "the socket is closed"
            case .connection: "the connection failed"
            case .endOfStream: "the stream ended too early"
            case .internalError: "OpenSSL failed"
            case .limitExceeded: "the limit is exceeded"
            case .notConnected: "there is no secure connection"
            case .nothingInCommon: "both sides have nothing in common"
            case .protocolViolation: "the peer broke the protocol"
            case .timedOut: "timed out"
            case .truncated: "the connection ended without a goodbye; bytes may be missing"
            case .unreadableFile: "cannot be read"
            case .unsupported: "not supported"
            case .wouldBlock: "would block"
            case .wrongPassword: "the password is wrong or missing"
            }
        }
    }
}
