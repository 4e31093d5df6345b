internal import CSockets
public import SystemPackage

/// An error of the resolver: which name could not be resolved, and why.
///
/// ```swift
/// do {
///     let addresses = try Resolver.addresses(of: "example.invalid")
/// } catch {
///     guard error.code == .nameNotFound else { throw error }
///     print(error)    // resolve example.invalid: name or service not known (EAI_NONAME)
/// }
/// ```
public struct ResolverError: Error, Hashable, Sendable {
    /// The reason, as the resolver numbers it.
    public let code: Code
    /// The host name or the address that was asked for.
    public let host: String?
    /// The service name or the port that was asked for.
    public let service: String?
    /// The system's number, for the reason ``Code/system``.
    public let errno: Errno?
    /// What a person can do about it, or what else is worth knowing.
    public let hint: String?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The reason.
    ///   - host: The host name or the address that was asked for.
    ///   - service: The service name or the port that was asked for.
    ///   - errno: The system's number.
    ///   - hint: What to do about it.
    public init(
        _ code: Code, host: String? = nil, service: String? = nil, errno: Errno? = nil, hint: String? = nil
    ) {
        self.code = code
        self.host = host
        self.service = service
        self.errno = errno
        self.hint = hint
    }

    /// The reason in the resolver's own words, with its C name and the hint.
    public var reason: String {
        var text = code.description
        if let errno, code == .system {
            text += ": \(ErrnoNames.text(errno)) (\(code.name), \(ErrnoNames.name(errno)))"
        } else if code != .timedOut {
            text += " (\(code.name))"
        }
        if let hint { text += "; \(hint)" }
        return text
    }

    /// What was asked for: `host`, `host:service` or `service NAME`.
    var subject: String {
        switch (host, service) {
        case (let host?, let service?) where code == .service || code == .socketType:
            HostPort.join(host: host, service: service)
        case (let host?, _): host
        case (nil, let service?): "service \(service)"
        case (nil, nil): "nothing"
        }
    }
}

extension ResolverError: CustomStringConvertible {
    /// The error in one line, as `resolve example.invalid: name or service not known (EAI_NONAME)`.
    public var description: String { "resolve \(subject): \(reason)" }
}

extension ResolverError {
    /// The reason of a ``ResolverError`` (`EAI_…`); an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number of the C library.
        public let rawValue: CInt

        /// A reason by its number.
        public init(rawValue: CInt) { self.rawValue = rawValue }

        /// The name exists, but has no address of the family; the corresponding C constant is `EAI_ADDRFAMILY`.
        public static let addressFamily = Code(rawValue: CSockets.EAI_ADDRFAMILY)
        /// The name server did not answer, or could not for now; the corresponding C constant is `EAI_AGAIN`.
        public static let again = Code(rawValue: CSockets.EAI_AGAIN)
        /// All requests were done already; the corresponding C constant is `EAI_ALLDONE`.
        public static let allDone = Code(rawValue: CSockets.EAI_ALLDONE)
        /// The flags do not go together; the corresponding C constant is `EAI_BADFLAGS`.
        public static let badFlags = Code(rawValue: CSockets.EAI_BADFLAGS)
        /// The request was cancelled; the corresponding C constant is `EAI_CANCELED`.
        public static let cancelled = Code(rawValue: CSockets.EAI_CANCELED)
        /// The name server refused, or failed for good; the corresponding C constant is `EAI_FAIL`.
        public static let fail = Code(rawValue: CSockets.EAI_FAIL)
        /// The resolver does not know the address family; the corresponding C constant is `EAI_FAMILY`.
        public static let family = Code(rawValue: CSockets.EAI_FAMILY)
        /// The name has letters that cannot be encoded; the corresponding C constant is `EAI_IDN_ENCODE`.
        public static let nameEncoding = Code(rawValue: CSockets.EAI_IDN_ENCODE)
        /// The request is under way; the corresponding C constant is `EAI_INPROGRESS`.
        public static let inProgress = Code(rawValue: CSockets.EAI_INPROGRESS)
        /// A signal interrupted the request; the corresponding C constant is `EAI_INTR`.
        public static let interrupted = Code(rawValue: CSockets.EAI_INTR)
        /// No memory; the corresponding C constant is `EAI_MEMORY`.
        public static let memory = Code(rawValue: CSockets.EAI_MEMORY)
        /// The name exists, but has no address; the corresponding C constant is `EAI_NODATA`.
        public static let noData = Code(rawValue: CSockets.EAI_NODATA)
        /// The name or service does not exist, or is no name at all; the corresponding C constant is `EAI_NONAME`.
        public static let nameNotFound = Code(rawValue: CSockets.EAI_NONAME)
        /// The request was not cancelled; the corresponding C constant is `EAI_NOTCANCELED`.
        public static let notCancelled = Code(rawValue: CSockets.EAI_NOTCANCELED)
        /// An answer is too long; the corresponding C constant is `EAI_OVERFLOW`.
        public static let overflow = Code(rawValue: CSockets.EAI_OVERFLOW)
        /// The service does not exist for the socket's type; the corresponding C constant is `EAI_SERVICE`.
        public static let service = Code(rawValue: CSockets.EAI_SERVICE)
        /// The resolver does not know the socket's type; the corresponding C constant is `EAI_SOCKTYPE`.
        public static let socketType = Code(rawValue: CSockets.EAI_SOCKTYPE)
        /// An error of the system, see ``ResolverError/errno``; the corresponding C constant is `EAI_SYSTEM`.
        public static let system = Code(rawValue: CSockets.EAI_SYSTEM)
        /// The caller's time limit passed; it has no C constant, and a number that no C library uses.
        public static let timedOut = Code(rawValue: 1)

        /// The C name, as `EAI_NONAME`; that of ``timedOut`` is `timedOut`.
        public var name: String {
            switch self {
            case .addressFamily: "EAI_ADDRFAMILY"
            case .again: "EAI_AGAIN"
            case .allDone: "EAI_ALLDONE"
            case .badFlags: "EAI_BADFLAGS"
            case .cancelled: "EAI_CANCELED"
            case .fail: "EAI_FAIL"
            case .family: "EAI_FAMILY"
            case .nameEncoding: "EAI_IDN_ENCODE"
            case .inProgress: "EAI_INPROGRESS"
            case .interrupted: "EAI_INTR"
            case .memory: "EAI_MEMORY"
            case .noData: "EAI_NODATA"
            case .nameNotFound: "EAI_NONAME"
            case .notCancelled: "EAI_NOTCANCELED"
            case .overflow: "EAI_OVERFLOW"
            case .service: "EAI_SERVICE"
            case .socketType: "EAI_SOCKTYPE"
            case .system: "EAI_SYSTEM"
            case .timedOut: "timedOut"
            default: "EAI \(rawValue)"
            }
        }
    }
}

extension ResolverError.Code: CustomStringConvertible {
    /// The reason in words, mostly the C library's, with a small letter in front: `name or service not known`.
    ///
    /// The corresponding C function is `gai_strerror`.
    public var description: String {
        if self == .timedOut { return "the time limit passed" }
        // The C library's words are "servname not supported for ai_socktype".
        if self == .service { return "unknown service" }
        let text = AddressInfo.errorText(rawValue)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

extension ResolverError.Code {
    /// The C name of ``addressFamily``.
    @available(*, unavailable, renamed: "addressFamily")
    public static var EAI_ADDRFAMILY: ResolverError.Code { .addressFamily }
    /// The C name of ``again``.
    @available(*, unavailable, renamed: "again") public static var EAI_AGAIN: ResolverError.Code { .again }
    /// The C name of ``allDone``.
    @available(*, unavailable, renamed: "allDone") public static var EAI_ALLDONE: ResolverError.Code { .allDone }
    /// The C name of ``badFlags``.
    @available(*, unavailable, renamed: "badFlags") public static var EAI_BADFLAGS: ResolverError.Code { .badFlags }
    /// The C name of ``cancelled``.
    @available(*, unavailable, renamed: "cancelled") public static var EAI_CANCELED: ResolverError.Code { .cancelled }
    /// The C name of ``fail``.
    @available(*, unavailable, renamed: "fail") public static var EAI_FAIL: ResolverError.Code { .fail }
    /// The C name of ``family``.
    @available(*, unavailable, renamed: "family") public static var EAI_FAMILY: ResolverError.Code { .family }
    /// The C name of ``nameEncoding``.
    @available(*, unavailable, renamed: "nameEncoding")
    public static var EAI_IDN_ENCODE: ResolverError.Code { .nameEncoding }
    /// The C name of ``inProgress``.
    @available(*, unavailable, renamed: "inProgress")
    public static var EAI_INPROGRESS: ResolverError.Code { .inProgress }
    /// The C name of ``interrupted``.
    @available(*, unavailable, renamed: "interrupted")
    public static var EAI_INTR: ResolverError.Code { .interrupted }
    /// The C name of ``memory``.
    @available(*, unavailable, renamed: "memory") public static var EAI_MEMORY: ResolverError.Code { .memory }
    /// The C name of ``noData``.
    @available(*, unavailable, renamed: "noData") public static var EAI_NODATA: ResolverError.Code { .noData }
    /// The C name of ``nameNotFound``.
    @available(*, unavailable, renamed: "nameNotFound")
    public static var EAI_NONAME: ResolverError.Code { .nameNotFound }
    /// The C name of ``notCancelled``.
    @available(*, unavailable, renamed: "notCancelled")
    public static var EAI_NOTCANCELED: ResolverError.Code { .notCancelled }
    /// The C name of ``overflow``.
    @available(*, unavailable, renamed: "overflow") public static var EAI_OVERFLOW: ResolverError.Code { .overflow }
    /// The C name of ``service``.
    @available(*, unavailable, renamed: "service") public static var EAI_SERVICE: ResolverError.Code { .service }
    /// The C name of ``socketType``.
    @available(*, unavailable, renamed: "socketType")
    public static var EAI_SOCKTYPE: ResolverError.Code { .socketType }
    /// The C name of ``system``.
    @available(*, unavailable, renamed: "system") public static var EAI_SYSTEM: ResolverError.Code { .system }
}
