/// A network interface as rtnetlink tells of it.
struct Link {
    var index: UInt32
    var flags: UInt32
    var name = "?"
    var mtu: UInt32?
    var hardwareAddress: [UInt8] = []

    /// Reads the body of a message: the structure `ifinfomsg`, then attributes.
    init?(message: ArraySlice<UInt8>) {
        var reader = NativeReader(message)
        // Family, padding and the kind of hardware come first, and a mask of changes comes last.
        guard reader.skip(4), let index = reader.read(UInt32.self), let flags = reader.read(UInt32.self),
            reader.skip(4)
        else { return nil }
        self.index = index
        self.flags = flags
        // Each attribute has its length, its type and its value, and starts at a multiple of four bytes.
        while let length = reader.read(UInt16.self), let type = reader.read(UInt16.self),
            let value = reader.take(Int(length) - 4)
        {
            switch type {
            case Attribute.hardwareAddress: hardwareAddress = Array(value)
            case Attribute.name: name = String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
            case Attribute.mtu:
                var number = NativeReader(value)
                mtu = number.read(UInt32.self)
            default: break
            }
            _ = reader.skip(-Int(length) & 3)
        }
    }

    private enum Attribute {
        static let hardwareAddress: UInt16 = 1  // IFLA_ADDRESS
        static let name: UInt16 = 3  // IFLA_IFNAME
        static let mtu: UInt16 = 4  // IFLA_MTU
    }
}

extension Link: CustomStringConvertible {
    var description: String {
        var text = "\(index): \(name) \(flags & 1 == 1 ? "up" : "down")"
        if let mtu { text += " mtu \(mtu)" }
        let digits = hardwareAddress.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        if !digits.isEmpty { text += " " + digits.joined(separator: ":") }
        return text
    }
}
