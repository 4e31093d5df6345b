internal import SystemPackage

/// The C names and the words of the numbers that sockets meet; all others get the system's own text.
enum ErrnoNames {
    static func name(_ errno: Errno) -> String {
        entry(errno)?.name ?? "errno \(errno.rawValue)"
    }

    static func text(_ errno: Errno) -> String {
        entry(errno)?.text ?? errno.description
    }

    private static func entry(_ errno: Errno) -> (name: String, text: String)? {
        switch errno {
        case .permissionDenied: ("EACCES", "permission denied")
        case .addressInUse: ("EADDRINUSE", "address already in use")
        case .addressNotAvailable: ("EADDRNOTAVAIL", "address not available")
        case .addressFamilyNotSupported: ("EAFNOSUPPORT", "address family not supported")
        case .resourceTemporarilyUnavailable: ("EAGAIN", "resource temporarily unavailable")
        case .alreadyInProcess: ("EALREADY", "already in progress")
        case .badFileDescriptor: ("EBADF", "bad descriptor")
        case .badMessage: ("EBADMSG", "bad message")
        case .resourceBusy: ("EBUSY", "resource busy")
        case .canceled: ("ECANCELED", "cancelled")
        case .connectionAbort: ("ECONNABORTED", "connection aborted")
        case .connectionRefused: ("ECONNREFUSED", "connection refused")
        case .connectionReset: ("ECONNRESET", "connection reset by peer")
        case .addressRequired: ("EDESTADDRREQ", "destination address required")
        case .outOfDomain: ("EDOM", "out of the domain")
        case .fileExists: ("EEXIST", "file exists")
        case .badAddress: ("EFAULT", "bad memory address")
        case .hostIsDown: ("EHOSTDOWN", "host is down")
        case .noRouteToHost: ("EHOSTUNREACH", "no route to host")
        case .nowInProgress: ("EINPROGRESS", "now in progress")
        case .interrupted: ("EINTR", "interrupted")
        case .invalidArgument: ("EINVAL", "invalid argument")
        case .ioError: ("EIO", "input/output error")
        case .socketIsConnected: ("EISCONN", "already connected")
        case .isDirectory: ("EISDIR", "is a directory")
        case .tooManySymbolicLinkLevels: ("ELOOP", "too many symbolic links")
        case .tooManyOpenFiles: ("EMFILE", "too many open files in this process")
        case .messageTooLong: ("EMSGSIZE", "message too long")
        case .fileNameTooLong: ("ENAMETOOLONG", "name too long")
        case .networkDown: ("ENETDOWN", "network is down")
        case .networkReset: ("ENETRESET", "connection dropped by network reset")
        case .networkUnreachable: ("ENETUNREACH", "network unreachable")
        case .tooManyOpenFilesInSystem: ("ENFILE", "too many open files in the system")
        case .noBufferSpace: ("ENOBUFS", "no buffer space")
        case .operationNotSupportedByDevice: ("ENODEV", "no such device")
        case .noSuchFileOrDirectory: ("ENOENT", "no such file or directory")
        case .noMemory: ("ENOMEM", "out of memory")
        case .protocolNotAvailable: ("ENOPROTOOPT", "no such option for this socket")
        case Errno(rawValue: 3): ("ESRCH", "no such process")
        case .noSpace: ("ENOSPC", "no space left")
        case .socketNotConnected: ("ENOTCONN", "not connected")
        case .notDirectory: ("ENOTDIR", "not a directory")
        case .notSocket: ("ENOTSOCK", "not a socket")
        case .noSuchAddressOrDevice: ("ENXIO", "no such device or address")
        case .notSupportedOnSocket: ("EOPNOTSUPP", "operation not supported on this socket")
        case .overflow: ("EOVERFLOW", "value too large")
        case .notPermitted: ("EPERM", "not permitted")
        case .brokenPipe: ("EPIPE", "the other side no longer reads")
        case .protocolError: ("EPROTO", "protocol error")
        case .protocolNotSupported: ("EPROTONOSUPPORT", "protocol not supported")
        case .protocolWrongTypeForSocket: ("EPROTOTYPE", "wrong protocol for this type of socket")
        case .outOfRange: ("ERANGE", "out of range")
        case .readOnlyFileSystem: ("EROFS", "read-only file system")
        case .socketTypeNotSupported: ("ESOCKTNOSUPPORT", "socket type not supported")
        case .timedOut: ("ETIMEDOUT", "the network timed out")
        case .textFileBusy: ("ETXTBSY", "text file busy")
        default: nil
        }
    }
}
