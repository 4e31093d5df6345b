/// An algorithm of the kernel's cryptography, by which a socket is bound to it.
///
/// ```swift
/// let binding = try Socket(.alg, .sequencedPacket)
/// if let sha256 = AlgorithmAddress(type: "hash", name: "sha256") { try binding.bind(to: SocketAddress(sha256)) }
/// let (hash, _) = try binding.accept()
/// try hash.sendAll("abc")
/// let digest = try hash.receive(upTo: 32)
/// ```
///
/// The corresponding C structure is `sockaddr_alg`; Python's name for what goes beside the bytes is `sendmsg_afalg`, here
/// ``ControlMessage/algorithmOperation(_:)`` and its like.
public struct AlgorithmAddress: CustomSocketAddress, Hashable {
    /// The kind of the algorithm: `hash`, `skcipher`, `aead`, `rng`; at most 13 bytes.
    public let type: String
    /// The name of the algorithm, as in `/proc/crypto`; at most 63 bytes.
    public let name: String
    /// Features, of which the kernel has none so far.
    public let features: UInt32
    /// Features that are not wanted.
    public let mask: UInt32

    /// Names an algorithm; `nil` where a name is too long or has a NUL in it.
    public init?(type: String, name: String, features: UInt32 = 0, mask: UInt32 = 0) {
        guard type.utf8.count <= 13, name.utf8.count <= 63, !type.utf8.contains(0), !name.utf8.contains(0) else {
            return nil
        }
        self.type = type
        self.name = name
        self.features = features
        self.mask = mask
    }

    /// Reads the address; `nil` when it is one of another family or malformed.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .alg), let type = fields.text(14),
            let features: UInt32 = fields.native(), let mask: UInt32 = fields.native(), let name = fields.text(64)
        else { return nil }
        self.init(type: type, name: name, features: features, mask: mask)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bytes(type.utf8, in: 14)
        fields.native(features)
        fields.native(mask)
        fields.bytes(name.utf8, in: 64)
        return fields.raw(.alg)
    }

    /// What a cipher is to do; an open set.
    public struct Operation: RawRepresentable, Hashable, Sendable {
        /// The number of the kernel.
        public let rawValue: UInt32

        /// An operation by its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The corresponding C constant is `ALG_OP_DECRYPT`.
        public static let decrypt = Operation(rawValue: 0)
        /// The corresponding C constant is `ALG_OP_ENCRYPT`.
        public static let encrypt = Operation(rawValue: 1)
        /// The corresponding C constant is `ALG_OP_SIGN`.
        public static let sign = Operation(rawValue: 2)
        /// The corresponding C constant is `ALG_OP_VERIFY`.
        public static let verify = Operation(rawValue: 3)
    }

    fileprivate static let level: CInt = 279
}

extension AlgorithmAddress: CustomStringConvertible {
    /// Kind and name, as `hash sha256`.
    public var description: String { "\(type) \(name)" }
}

extension ControlMessage {
    /// What a cipher is to do with the bytes; the corresponding C constant is `ALG_SET_OP`.
    public static func algorithmOperation(_ operation: AlgorithmAddress.Operation) -> ControlMessage {
        .other(level: AlgorithmAddress.level, type: 3, bytes: OptionBytes.store(operation.rawValue))
    }

    /// The initialization vector of a cipher; the corresponding C constant is `ALG_SET_IV`.
    public static func algorithmVector(_ vector: [UInt8]) -> ControlMessage {
        .other(
            level: AlgorithmAddress.level, type: 2, bytes: OptionBytes.store(UInt32(clamping: vector.count)) + vector)
    }

    /// How many bytes at the front are only authenticated; the corresponding C constant is `ALG_SET_AEAD_ASSOCLEN`.
    public static func algorithmAssociatedLength(_ count: UInt32) -> ControlMessage {
        .other(level: AlgorithmAddress.level, type: 4, bytes: OptionBytes.store(count))
    }
}

extension SocketOption where Value == [UInt8] {
    /// The key of an algorithm; it can only be set.
    ///
    /// The corresponding C constant is `ALG_SET_KEY`.
    public static var algorithmKey: SocketOption { .raw(level: AlgorithmAddress.level, name: 1) }
}
