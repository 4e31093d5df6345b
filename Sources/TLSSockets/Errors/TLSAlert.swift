/// An alert: what one side tells the other before it ends the connection (RFC 8446, section 6).
public struct TLSAlert: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number of the protocol.
    public let rawValue: UInt8

    /// An alert by its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The peer has ended sending.
    public static let closeNotify = TLSAlert(rawValue: 0)
    /// A message that does not belong there.
    public static let unexpectedMessage = TLSAlert(rawValue: 10)
    /// A record whose check sum is wrong.
    public static let badRecordMAC = TLSAlert(rawValue: 20)
    /// A record that is longer than allowed.
    public static let recordOverflow = TLSAlert(rawValue: 22)
    /// Nothing in common.
    public static let handshakeFailure = TLSAlert(rawValue: 40)
    /// A certificate that is corrupt.
    public static let badCertificate = TLSAlert(rawValue: 42)
    /// A certificate of a kind, or for a purpose, that is not supported.
    public static let unsupportedCertificate = TLSAlert(rawValue: 43)
    /// A certificate that its issuer has revoked.
    public static let certificateRevoked = TLSAlert(rawValue: 44)
    /// A certificate whose time has passed, or has not begun.
    public static let certificateExpired = TLSAlert(rawValue: 45)
    /// A certificate that was refused for another reason.
    public static let certificateUnknown = TLSAlert(rawValue: 46)
    /// A field out of its range.
    public static let illegalParameter = TLSAlert(rawValue: 47)
    /// A certificate whose issuer is not known or not trusted.
    public static let unknownCA = TLSAlert(rawValue: 48)
    /// A certificate that is valid, and has no access.
    public static let accessDenied = TLSAlert(rawValue: 49)
    /// A message that cannot be read.
    public static let decodeError = TLSAlert(rawValue: 50)
    /// A signature or a check sum of the handshake that is wrong.
    public static let decryptError = TLSAlert(rawValue: 51)
    /// No version in common.
    public static let protocolVersion = TLSAlert(rawValue: 70)
    /// What the peer offers is too weak.
    public static let insufficientSecurity = TLSAlert(rawValue: 71)
    /// An error that has nothing to do with the peer.
    public static let internalError = TLSAlert(rawValue: 80)
    /// A connection that fell back although the server can do better.
    public static let inappropriateFallback = TLSAlert(rawValue: 86)
    /// The handshake was given up by its user.
    public static let userCanceled = TLSAlert(rawValue: 90)
    /// No renegotiation.
    public static let noRenegotiation = TLSAlert(rawValue: 100)
    /// An extension that is needed was not there.
    public static let missingExtension = TLSAlert(rawValue: 109)
    /// An extension that was not asked for.
    public static let unsupportedExtension = TLSAlert(rawValue: 110)
    /// A server name that the server does not have.
    public static let unrecognizedName = TLSAlert(rawValue: 112)
    /// A stapled OCSP response that cannot be used.
    public static let badCertificateStatusResponse = TLSAlert(rawValue: 113)
    /// An identity of a shared key that the server does not know.
    public static let unknownPSKIdentity = TLSAlert(rawValue: 115)
    /// A client certificate is needed.
    public static let certificateRequired = TLSAlert(rawValue: 116)
    /// No application protocol in common.
    public static let noApplicationProtocol = TLSAlert(rawValue: 120)

    /// The name of the protocol, as `certificate_expired`.
    public var description: String {
        switch self {
        case .closeNotify: "close_notify"
        case .unexpectedMessage: "unexpected_message"
        case .badRecordMAC: "bad_record_mac"
        case .recordOverflow: "record_overflow"
        case .handshakeFailure: "handshake_failure"
        case .badCertificate: "bad_certificate"
        case .unsupportedCertificate: "unsupported_certificate"
        case .certificateRevoked: "certificate_revoked"
        case .certificateExpired: "certificate_expired"
        case .certificateUnknown: "certificate_unknown"
        case .illegalParameter: "illegal_parameter"
        case .unknownCA: "unknown_ca"
        case .accessDenied: "access_denied"
        case .decodeError: "decode_error"
        case .decryptError: "decrypt_error"
        case .protocolVersion: "protocol_version"
        case .insufficientSecurity: "insufficient_security"
        case .internalError: "internal_error"
        case .inappropriateFallback: "inappropriate_fallback"
        case .userCanceled: "user_canceled"
        case .noRenegotiation: "no_renegotiation"
        case .missingExtension: "missing_extension"
        case .unsupportedExtension: "unsupported_extension"
        case .unrecognizedName: "unrecognized_name"
        case .badCertificateStatusResponse: "bad_certificate_status_response"
        case .unknownPSKIdentity: "unknown_psk_identity"
        case .certificateRequired: "certificate_required"
        case .noApplicationProtocol: "no_application_protocol"
        default: "alert \(rawValue)"
        }
    }
}
