extension SocketAddress {
    /// Parses an address; never looks a name up.
    ///
    /// | Text | Address |
    /// | --- | --- |
    /// | `127.0.0.1:80` | IPv4 |
    /// | `[::1]:80`, `[fe80::1%eth0]:80` | IPv6; the brackets are needed |
    /// | `unix:/run/echo.sock` | a path, relative or absolute |
    /// | `unix:@echo` | a name in Linux's abstract namespace |
    /// | `unix:(unnamed)` | a socket without a name |
    /// | `raw:40:0000ffff` | family number and bytes, see ``RawSocketAddress`` |
    ///
    /// For text with a host name see ``HostPort``.
    public init?(_ text: String) {
        // All by bytes: a combining mark after the colon would make one character with it.
        if text.utf8.starts(with: "unix:".utf8) {
            guard let address = UnixAddress(Substring(text.utf8.dropFirst(5))) else { return nil }
            self = .unix(address)
        } else if text.utf8.starts(with: "raw:".utf8) {
            guard let raw = RawSocketAddress(String(Substring(text.utf8.dropFirst(4)))) else { return nil }
            self = .other(raw)
        } else {
            self.init(internetUTF8: text.utf8.span)
        }
    }

    /// Parses an address; never looks a name up.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// Parses an Internet address and port from the bytes of a text.
    private init?(internetUTF8 text: Span<UInt8>) {
        guard text.count > 0 else { return nil }
        guard text[0] == 0x5B else {
            guard let colon = text.indices.first(where: { text[$0] == 0x3A }),
                let address = IPv4Address(utf8: text.extracting(0..<colon)),
                let port = Port(utf8: text.extracting(droppingFirst: colon + 1))
            else { return nil }
            self = .ipv4(address, port: port)
            return
        }
        // The last bracket, because a zone may have one in it.
        guard let bracket = text.indices.last(where: { text[$0] == 0x5D }) else { return nil }
        guard bracket + 1 < text.count, text[bracket + 1] == 0x3A,
            let address = IPv6Address(utf8: text.extracting(1..<bracket))
        else { return nil }
        let rest = text.extracting(droppingFirst: bracket + 2)
        guard let mark = rest.indices.first(where: { rest[$0] == 0x3B }) else {
            guard let port = Port(utf8: rest) else { return nil }
            self = .ipv6(address, port: port)
            return
        }
        guard let port = Port(utf8: rest.extracting(0..<mark)),
            let flowLabel = Self.flowLabel(in: rest.extracting(droppingFirst: mark))
        else { return nil }
        self = .ipv6(address, port: port, flowLabel: flowLabel)
    }

    private static let flowMark = ";flow=0x"

    /// Reads `;flow=0x` and one to eight hexadecimal digits.
    private static func flowLabel(in text: Span<UInt8>) -> UInt32? {
        let mark = flowMark.utf8
        guard text.count > mark.count, text.count <= mark.count + 8 else { return nil }
        for (index, byte) in mark.enumerated() where text[index] != byte { return nil }
        var label: UInt32 = 0
        for index in mark.count..<text.count {
            guard let digit = HexadecimalText.value(of: text[index]) else { return nil }
            label = label << 4 | UInt32(digit)
        }
        return label
    }

    /// The text form, which parses back to the same address; for files and databases.
    ///
    /// `127.0.0.1:80`, `[fe80::1%eth0]:80`, `unix:/run/echo.sock`, `unix:@echo`, `unix:(unnamed)`, or `raw:` with the
    /// family's number and its bytes. A flow label that is not 0 follows as `;flow=0x12345`. For people there is
    /// ``description``, which differs from it for addresses of other families.
    public var text: String {
        switch self {
        case .ipv4(let address, let port):
            var text = TextBuffer()
            text.append(address)
            text.append(0x3A)
            text.append(decimal: port.rawValue)
            return text.string
        case .ipv6(let address, let port, let flowLabel):
            if flowLabel != 0 {
                return "[\(address)]:\(port)\(Self.flowMark)\(String(flowLabel, radix: 16))"
            }
            if address.zone != nil { return "[\(address)]:\(port)" }
            var text = TextBuffer()
            text.append(0x5B)
            text.append(address)
            text.append(0x5D)
            text.append(0x3A)
            text.append(decimal: port.rawValue)
            return text.string
        case .unix(let address):
            return "unix:\(address)"
        case .other(let raw):
            return "raw:\(raw)"
        }
    }
}
