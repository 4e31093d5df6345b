import Sockets

/// A packet in a line: addresses, ports, protocol, length.
enum PacketSummary {
    /// The line of a packet that begins with the header of its network protocol.
    static func text(_ bytes: [UInt8], _ type: PacketAddress.EtherType, length: Int) -> String {
        let line: String?
        switch type {
        case .ipv4: line = version4(bytes)
        case .ipv6: line = version6(bytes)
        case .arp: line = addressResolution(bytes)
        default: line = nil
        }
        let digits = String(type.rawValue, radix: 16)
        return line
            ?? "type 0x\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits), \(length) bytes"
    }

    private static func version4(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 20, bytes[0] >> 4 == 4, let source = IPv4Address(bytes: bytes[12..<16]),
            let destination = IPv4Address(bytes: bytes[16..<20])
        else { return nil }
        let header = Int(bytes[0] & 15) * 4
        let isFirst = (number(bytes, 6) ?? 0) & 0x1FFF == 0
        return transport(
            .v4(source), .v4(destination), bytes[9], isFirst ? bytes.dropFirst(header) : [], number(bytes, 2) ?? 0)
    }

    private static func version6(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 40, bytes[0] >> 4 == 6, let source = IPv6Address(bytes: bytes[8..<24]),
            let destination = IPv6Address(bytes: bytes[24..<40])
        else { return nil }
        return transport(
            .v6(source), .v6(destination), bytes[6], bytes.dropFirst(40), 40 + (number(bytes, 4) ?? 0))
    }

    private static func transport(
        _ source: IPAddress, _ destination: IPAddress, _ protocolNumber: UInt8, _ payload: ArraySlice<UInt8>,
        _ length: Int
    ) -> String {
        let kind = TransportProtocol(rawValue: CInt(protocolNumber))
        let payload = Array(payload)
        guard kind == .tcp || kind == .udp, let from = number(payload, 0), let to = number(payload, 2) else {
            return "\(kind) \(source) → \(destination), \(length) bytes"
        }
        let sender = SocketAddress.ip(source, port: Port(rawValue: UInt16(clamping: from)))
        let receiver = SocketAddress.ip(destination, port: Port(rawValue: UInt16(clamping: to)))
        return "\(kind) \(sender) → \(receiver)\(kind == .tcp ? flags(payload) : ""), \(length) bytes"
    }

    private static func flags(_ payload: [UInt8]) -> String {
        guard payload.count > 13 else { return "" }
        let names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"]
        let set = names.enumerated().filter { payload[13] >> UInt8($0.offset) & 1 == 1 }.map(\.element)
        return " [\(set.joined(separator: " "))]"
    }

    private static func addressResolution(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 28, let operation = number(bytes, 6), let sender = IPv4Address(bytes: bytes[14..<18]),
            let target = IPv4Address(bytes: bytes[24..<28]), let hardware = HardwareAddress(bytes: bytes[8..<14])
        else { return nil }
        return operation == 1 ? "ARP who has \(target)? tell \(sender)" : "ARP \(sender) is at \(hardware)"
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> Int? {
        offset >= 0 && offset + 1 < bytes.count ? Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) : nil
    }
}
