public import SystemPackage

extension SocketError {
    /// The reason of a ``SocketError``; an open set, compared with `==`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Reason: UInt8 {
            case addressFamilyNotSupported, addressInUse, addressNotAvailable, alreadyConnected, busy, cancelled,
                closed,
                connectionAborted, connectionRefused, connectionReset, endOfStream, hostUnreachable, inProgress,
                invalidAddress, invalidArgument, limitExceeded, messageTooLong, nameNotResolved, nameTooLong,
                networkDown,
                networkUnreachable, noBufferSpace, noSuchFile, noSuchInterface, notConnected, notSocket,
                optionNotSupported,
                permissionDenied, protocolError, system, timedOut, tooManyDescriptors, unsupported, wouldBlock
        }

        private let reason: Reason

        private init(reason: Reason) { self.reason = reason }

        /// The kernel does not have this address family, or the address is not of the socket's family.
        public static let addressFamilyNotSupported = Code(reason: .addressFamilyNotSupported)
        /// Another socket has the local address (`EADDRINUSE`).
        public static let addressInUse = Code(reason: .addressInUse)
        /// The address belongs to no interface of this machine (`EADDRNOTAVAIL`).
        public static let addressNotAvailable = Code(reason: .addressNotAvailable)
        /// The socket is connected already (`EISCONN`).
        public static let alreadyConnected = Code(reason: .alreadyConnected)
        /// Other threads are inside calls of the socket, so that it cannot be given away.
        public static let busy = Code(reason: .busy)
        /// The operation was cancelled.
        public static let cancelled = Code(reason: .cancelled)
        /// The socket is closed: before the call, or by another thread during it.
        public static let closed = Code(reason: .closed)
        /// The connection was given up by this host (`ECONNABORTED`).
        public static let connectionAborted = Code(reason: .connectionAborted)
        /// Nobody listens at the address (`ECONNREFUSED`).
        public static let connectionRefused = Code(reason: .connectionRefused)
        /// The peer broke the connection off (`ECONNRESET`, `EPIPE`).
        public static let connectionReset = Code(reason: .connectionReset)
        /// The stream ended before all the bytes that were asked for had come.
        public static let endOfStream = Code(reason: .endOfStream)
        /// No route to the host (`EHOSTUNREACH`, `EHOSTDOWN`).
        public static let hostUnreachable = Code(reason: .hostUnreachable)
        /// The connection is being made already (`EALREADY`, `EINPROGRESS`).
        public static let inProgress = Code(reason: .inProgress)
        /// The address cannot be used: too long, empty, or not of a form that the kernel takes.
        public static let invalidAddress = Code(reason: .invalidAddress)
        /// An argument is out of its range (`EINVAL`).
        public static let invalidArgument = Code(reason: .invalidArgument)
        /// More came than the caller's limit allows.
        public static let limitExceeded = Code(reason: .limitExceeded)
        /// The datagram is larger than the protocol or the network takes (`EMSGSIZE`).
        public static let messageTooLong = Code(reason: .messageTooLong)
        /// The host or service name could not be resolved; see ``SocketError/resolverError``.
        public static let nameNotResolved = Code(reason: .nameNotResolved)
        /// The name is longer than its field, such as the 108 bytes of a Unix path (`ENAMETOOLONG`).
        public static let nameTooLong = Code(reason: .nameTooLong)
        /// The interface is down (`ENETDOWN`).
        public static let networkDown = Code(reason: .networkDown)
        /// No route to the network (`ENETUNREACH`).
        public static let networkUnreachable = Code(reason: .networkUnreachable)
        /// The kernel has no memory for it (`ENOBUFS`, `ENOMEM`).
        public static let noBufferSpace = Code(reason: .noBufferSpace)
        /// The file or Unix path does not exist (`ENOENT`).
        public static let noSuchFile = Code(reason: .noSuchFile)
        /// The interface or zone does not exist (`ENODEV`, `ENXIO`).
        public static let noSuchInterface = Code(reason: .noSuchInterface)
        /// The socket has no peer (`ENOTCONN`, `EDESTADDRREQ`).
        public static let notConnected = Code(reason: .notConnected)
        /// The descriptor is no socket (`ENOTSOCK`).
        public static let notSocket = Code(reason: .notSocket)
        /// The option does not exist for this socket (`ENOPROTOOPT`).
        public static let optionNotSupported = Code(reason: .optionNotSupported)
        /// The privilege is missing (`EACCES`, `EPERM`).
        public static let permissionDenied = Code(reason: .permissionDenied)
        /// The peer, or the kernel, answered against the protocol (`EPROTO`).
        public static let protocolError = Code(reason: .protocolError)
        /// Another reason of the system; see ``SocketError/errno``.
        public static let system = Code(reason: .system)
        /// The time ran out: the socket's timeout, or the network's (`ETIMEDOUT`).
        public static let timedOut = Code(reason: .timedOut)
        /// The process or the system has no descriptor left (`EMFILE`, `ENFILE`).
        public static let tooManyDescriptors = Code(reason: .tooManyDescriptors)
        /// The socket's type or protocol has no such operation (`EOPNOTSUPP`, `EPROTONOSUPPORT`, …).
        public static let unsupported = Code(reason: .unsupported)
        /// A non-blocking socket would have to wait (`EAGAIN`).
        public static let wouldBlock = Code(reason: .wouldBlock)

        /// The reason that a number of the system means for a socket; ``system`` for all others.
        public init(_ errno: Errno) {
            self.init(reason: Self.reason(errno))
        }

        private static func reason(_ errno: Errno) -> Reason {
            switch errno {
            case .addressFamilyNotSupported: .addressFamilyNotSupported
            case .addressInUse: .addressInUse
            case .addressNotAvailable: .addressNotAvailable
            case .socketIsConnected: .alreadyConnected
            case .resourceBusy: .busy
            case .canceled: .cancelled
            case .connectionAbort: .connectionAborted
            case .connectionRefused: .connectionRefused
            case .connectionReset, .brokenPipe: .connectionReset
            case .noRouteToHost, .hostIsDown: .hostUnreachable
            case .alreadyInProcess, .nowInProgress: .inProgress
            case .invalidArgument: .invalidArgument
            case .messageTooLong: .messageTooLong
            case .fileNameTooLong: .nameTooLong
            case .networkDown: .networkDown
            case .networkUnreachable: .networkUnreachable
            case .noBufferSpace, .noMemory: .noBufferSpace
            case .noSuchFileOrDirectory: .noSuchFile
            case .noSuchAddressOrDevice, .operationNotSupportedByDevice: .noSuchInterface
            case .socketNotConnected, .addressRequired: .notConnected
            case .notSocket: .notSocket
            case .protocolNotAvailable: .optionNotSupported
            case .permissionDenied, .notPermitted: .permissionDenied
            case .protocolError: .protocolError
            case .timedOut: .timedOut
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem: .tooManyDescriptors
            case .notSupportedOnSocket, .notSupported, .protocolNotSupported, .socketTypeNotSupported,
                .protocolWrongTypeForSocket, .protocolFamilyNotSupported:
                .unsupported
            case .resourceTemporarilyUnavailable, .wouldBlock: .wouldBlock
            default: .system
            }
        }

        /// The reason in words.
        public var description: String {
            switch reason {
            case .addressFamilyNotSupported: "address family not supported"
            case .addressInUse: "address already in use"
            case .addressNotAvailable: "address not available"
            case .alreadyConnected: "already connected"
            case .busy: "in use by others"
            case .cancelled: "cancelled"
            case .closed: "the socket is closed"
            case .connectionAborted: "connection aborted"
            case .connectionRefused: "connection refused"
            case .connectionReset: "connection reset by peer"
            case .endOfStream: "the stream ended too early"
            case .hostUnreachable: "host unreachable"
            case .inProgress: "already in progress"
            case .invalidAddress: "invalid address"
            case .invalidArgument: "invalid argument"
            case .limitExceeded: "the limit is exceeded"
            case .messageTooLong: "message too long"
            case .nameNotResolved: "name not resolved"
            case .nameTooLong: "name too long"
            case .networkDown: "network is down"
            case .networkUnreachable: "network unreachable"
            case .noBufferSpace: "no buffer space"
            case .noSuchFile: "no such file"
            case .noSuchInterface: "no such interface"
            case .notConnected: "not connected"
            case .notSocket: "not a socket"
            case .optionNotSupported: "option not supported"
            case .permissionDenied: "permission denied"
            case .protocolError: "protocol error"
            case .system: "system error"
            case .timedOut: "timed out"
            case .tooManyDescriptors: "too many open descriptors"
            case .unsupported: "not supported"
            case .wouldBlock: "would block"
            }
        }
    }
}
