extension Resolver {
    /// The most bytes that a host name has (RFC 1035); a dot at its end does not count.
    private static let maximumNameLength = 253

    /// Throws when the text cannot be a host name; it is no address.
    package static func check(name: String) throws(ResolverError) {
        guard let hint = reason(against: name) else { return }
        // Shortened, so that the message stays readable.
        let shown = name.utf8.count <= maximumNameLength ? name : "\(name.prefix(60))…"
        throw ResolverError(.nameNotFound, host: shown, hint: hint)
    }

    private static func reason(against name: String) -> String? {
        let bytes = name.utf8
        if bytes.isEmpty { return "the host name is empty" }
        if bytes.contains(0) { return "the host name has a NUL in it" }
        let length = bytes.last == 0x2E ? bytes.count - 1 : bytes.count
        if length > maximumNameLength {
            return "the host name has \(length) bytes, and \(maximumNameLength) are the most"
        }
        if bytes.contains(0x3A) {
            return bytes.first == 0x5B
                ? "leave out the brackets around the address, and the port after it"
                : "a host has no colons unless it is an IPv6 address: the port is an argument of its own, and there are no URLs"
        }
        if isLikeIPv4Address(name) {
            return "programs do not agree on what address that is; write four decimal numbers without leading zeros"
        }
        return nil
    }

    /// Whether the C library, or another program, would take the text for numbers of an address: `127.1`, `0x7f.1`.
    private static func isLikeIPv4Address(_ text: String) -> Bool {
        let text = text.utf8.allSatisfy { $0 < 0x80 } ? text : plain(text)
        if IPv4Address(lenient: text) != nil { return true }
        var parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        return parts.allSatisfy { part in
            if part.starts(with: "0x".utf8) || part.starts(with: "0X".utf8) {
                return part.dropFirst(2).allSatisfy { HexadecimalText.value(of: $0) != nil }
            }
            return !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    /// The text with the digits, letters and full stops of other scripts and widths as ASCII has them, because that is
    /// what the C library makes of them for an international name.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            if scalar.value >= 0x80, properties.numericType != nil, let value = properties.numericValue,
                let digit = UInt8(exactly: value), digit <= 9
            {
                plain.unicodeScalars.append(Unicode.Scalar(0x30 + digit))
            } else if [0x3002, 0xFF0E, 0xFF61].contains(scalar.value) {
                plain.unicodeScalars.append(".")
            } else if (0xFF01...0xFF5E).contains(scalar.value), let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
                plain.unicodeScalars.append(narrow)
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    /// Throws when the text is neither a port nor can be a service name.
    static func check(service: String, _ query: AddressInfo.Query) throws(ResolverError) {
        if Port(service) != nil { return }
        guard let hint = reason(againstService: service) else { return }
        throw ResolverError(.service, host: query.host, service: service, hint: hint)
    }

    private static func reason(againstService service: String) -> String? {
        let bytes = service.utf8
        if bytes.isEmpty { return "the service is empty" }
        if bytes.contains(0) { return "the service has a NUL in it" }
        // The C library takes such text for a number, and cuts it to 16 bits.
        let isNumber = bytes.allSatisfy { (0x30...0x39).contains($0) || $0 <= 0x20 || $0 == 0x2B || $0 == 0x2D }
        return isNumber ? "a port is a number from 0 to 65535" : nil
    }
}
