/// An address of a low-rate radio network: a network, and a station by its short or its long address.
///
/// The socket is `Socket(.ieee802154, .datagram)`. The corresponding C structure is `sockaddr_ieee802154`.
public struct IEEE802154Address: CustomSocketAddress, Hashable {
    /// The forms of a station's address.
    public enum Station: Hashable, Sendable {
        /// None.
        case none
        /// A short address, which holds in one network; 0xFFFF for all.
        case short(UInt16)
        /// A long address, given by the maker.
        case long(UInt64)
    }

    /// The network; 0xFFFF for all.
    public let network: UInt16
    /// The station.
    public let station: Station

    /// Makes an address.
    public init(network: UInt16, station: Station) {
        self.network = network
        self.station = station
    }

    /// Reads the address; `nil` when it is one of another family, too short, or of a form that is not known.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .ieee802154), fields.skip(2), let form: Int32 = fields.native(),
            let network: UInt16 = fields.native()
        else { return nil }
        switch form {
        case 0: self.init(network: network, station: .none)
        case 2:
            guard let short: UInt16 = fields.native() else { return nil }
            self.init(network: network, station: .short(short))
        case 3:
            guard let long: UInt64 = fields.bigEndian() else { return nil }
            self.init(network: network, station: .long(long))
        default: return nil
        }
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        switch station {
        case .none:
            fields.native(Int32(0))
            fields.native(network)
            fields.skip(8)
        case .short(let short):
            fields.native(Int32(2))
            fields.native(network)
            fields.native(short)
            fields.skip(6)
        case .long(let long):
            fields.native(Int32(3))
            fields.native(network)
            fields.bigEndian(long)
        }
        fields.skip(2)
        return fields.raw(.ieee802154)
    }
}

extension IEEE802154Address: CustomStringConvertible {
    /// Network and station in hexadecimal digits, as `beef:0001`.
    public var description: String {
        let station =
            switch station {
            case .none: "none"
            case .short(let short): HexadecimalText.string(of: OptionBytes.store(short.bigEndian))
            case .long(let long): HexadecimalText.string(of: OptionBytes.store(long.bigEndian))
            }
        return "\(HexadecimalText.string(of: OptionBytes.store(network.bigEndian))):\(station)"
    }
}
