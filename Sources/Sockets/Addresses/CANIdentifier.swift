/// The identifier of a frame on a CAN bus, with the flags that stand beside it.
///
/// The corresponding C type is `canid_t`.
public struct CANIdentifier: RawRepresentable, Hashable, Sendable {
    /// Identifier and flags as the kernel has them.
    public let rawValue: UInt32

    /// An identifier with its flags.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A short identifier of 11 bits; `nil` for a larger number.
    public init?(standard identifier: UInt32) {
        guard identifier <= 0x7FF else { return nil }
        rawValue = identifier
    }

    /// A long identifier of 29 bits; `nil` for a larger number.
    ///
    /// The corresponding C flag is `CAN_EFF_FLAG`.
    public init?(extended identifier: UInt32) {
        guard identifier <= 0x1FFF_FFFF else { return nil }
        rawValue = identifier | 0x8000_0000
    }

    /// The number without the flags.
    public var number: UInt32 { rawValue & (isExtended ? 0x1FFF_FFFF : 0x7FF) }
    /// Whether it is one of 29 bits; the corresponding C flag is `CAN_EFF_FLAG`.
    public var isExtended: Bool { rawValue & 0x8000_0000 != 0 }
    /// Whether the frame asks for data instead of having them; the corresponding C flag is `CAN_RTR_FLAG`.
    public var isRemoteRequest: Bool { rawValue & 0x4000_0000 != 0 }
    /// Whether the frame tells of an error; the corresponding C flag is `CAN_ERR_FLAG`.
    public var isError: Bool { rawValue & 0x2000_0000 != 0 }
}

extension CANIdentifier: CustomStringConvertible {
    /// The number in hexadecimal digits, three or eight, as programs of the field print it.
    public var description: String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, (isExtended ? 8 : 3) - digits.count)) + digits
    }
}
