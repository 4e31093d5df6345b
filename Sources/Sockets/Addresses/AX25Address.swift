/// An address of packet radio: the call sign of a station, and those of the repeaters on the way.
///
/// The sockets are `Socket(.ax25, .sequencedPacket)` and `Socket(.netROM, .sequencedPacket)`. The corresponding C
/// structure is `full_sockaddr_ax25`.
public struct AX25Address: CustomSocketAddress, Hashable {
    /// A station: up to six letters and digits, and a number of 0 to 15 behind them.
    public struct CallSign: Hashable, Sendable, LosslessStringConvertible {
        /// The letters and digits, in upper case.
        public let letters: String
        /// The number (SSID).
        public let number: UInt8

        /// A call sign; `nil` for more than six letters and digits, for other characters, and for a number above 15.
        public init?(letters: String, number: UInt8 = 0) {
            let letters = letters.uppercased()
            guard letters.utf8.count <= 6, number <= 15,
                letters.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
            else { return nil }
            self.letters = letters
            self.number = number
        }

        /// Parses a call sign, as `DB0AAA-7`.
        public init?(_ text: String) {
            let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let letters = parts.first, !letters.isEmpty else { return nil }
            guard parts.count == 2 else {
                self.init(letters: String(letters))
                return
            }
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt8(parts[1]) else {
                return nil
            }
            self.init(letters: String(letters), number: number)
        }

        /// The call sign, as `DB0AAA-7`.
        public var description: String { number == 0 ? letters : "\(letters)-\(number)" }

        /// Seven bytes: six characters, moved by one bit and filled up with spaces, and the number.
        init?(kernel bytes: [UInt8]) {
            guard bytes.count == 7 else { return nil }
            let letters = bytes.prefix(6).map { $0 >> 1 }.prefix { $0 != 0x20 && $0 != 0 }
            self.init(letters: String(decoding: letters, as: UTF8.self), number: bytes[6] >> 1 & 15)
        }

        var kernel: [UInt8] {
            let characters = (Array(letters.utf8) + repeatElement(0x20, count: 6)).prefix(6)
            return characters.map { $0 << 1 } + [number << 1]
        }
    }

    /// ``AddressFamily/ax25``, or ``AddressFamily/netROM``, whose addresses look the same.
    public let family: AddressFamily
    /// The station.
    public let station: CallSign
    /// The repeaters on the way, at most eight.
    public let repeaters: [CallSign]

    /// Makes an address; `nil` for more than eight repeaters, and for another family than those two.
    public init?(_ station: CallSign, by repeaters: [CallSign] = [], family: AddressFamily = .ax25) {
        guard repeaters.count <= 8, family == .ax25 || family == .netROM else { return nil }
        self.family = family
        self.station = station
        self.repeaters = repeaters
    }

    /// Reads the address; `nil` when it is one of another family or malformed.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .ax25) ?? AddressReader(raw, .netROM),
            let station = fields.bytes(7).flatMap({ CallSign(kernel: $0) }), fields.skip(3),
            let count: Int32 = fields.native(), (0...8).contains(count)
        else { return nil }
        var repeaters: [CallSign] = []
        for _ in 0..<count {
            guard let sign = fields.bytes(7).flatMap({ CallSign(kernel: $0) }) else { return nil }
            repeaters.append(sign)
        }
        self.init(station, by: repeaters, family: AddressFamily(rawValue: CInt(raw.family)))
    }

    /// The address as the kernel has it, in its full form.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bytes(station.kernel, in: 7)
        fields.skip(3)
        fields.native(Int32(truncatingIfNeeded: repeaters.count))
        fields.bytes(repeaters.flatMap(\.kernel), in: 56)
        return fields.raw(family)
    }
}

extension AX25Address: CustomStringConvertible {
    /// The station and the repeaters, as `DB0AAA-7 by DB0BBB, DB0CCC`.
    public var description: String {
        repeaters.isEmpty
            ? "\(station)" : "\(station) by \(repeaters.map(\.description).joined(separator: ", "))"
    }
}
