internal import Sockets

/// The name of the peer in the form that certificates have: an address, or a host name in ASCII.
enum PeerName: Sendable, Equatable {
    case address(IPAddress)
    case host(String)

    /// Checks a name as a person or a program gave it.
    init(_ text: String) throws(TLSError) {
        var name = Substring(text)
        if name.first == "[", name.last == "]" { name = name.dropFirst().dropLast() }
        if let address = IPAddress(String(name)) {
            self = .address(address.withoutZone)
            return
        }
        // The dot of an absolute name is no part of names in certificates.
        if name.last == "." { name.removeLast() }
        var labels: [String] = []
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            let ascii = Punycode.label(label)
            guard let ascii, !ascii.isEmpty, ascii.utf8.count <= 63, ascii.utf8.allSatisfy(HostNameText.isAllowed)
            else {
                throw TLSError(
                    .badSetting, .handshake, subject: text, hint: "it is no name that a certificate can have")
            }
            labels.append(ascii)
        }
        let joined = labels.joined(separator: ".")
        guard joined.utf8.count <= 253 else {
            throw TLSError(.badSetting, .handshake, subject: text, hint: "it is longer than a host name can be")
        }
        // Resolvers read 127.1 or 0x7f000001 as addresses, and no certificate may speak for those as names.
        guard let last = labels.last, !HostNameText.isNumber(last) else {
            throw TLSError(
                .badSetting, .handshake, subject: text,
                hint: "write the address in full, as 127.0.0.1, or give the server's name")
        }
        self = .host(joined)
    }

    /// The name for the server's choice of certificate (SNI); addresses are not sent there.
    var serverName: String? { if case .host(let name) = self { name } else { nil } }

    /// The name as text.
    var text: String {
        switch self {
        case .address(let address): address.description
        case .host(let name): name
        }
    }
}

/// What host names in certificates are made of.
enum HostNameText {
    /// Letters, digits, hyphens, dots; and underscores, which names in use have.
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether a resolver could take the last label for a number.
    static func isNumber(_ label: String) -> Bool {
        let digits = label.utf8
        if digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        return label.hasPrefix("0x") || label.hasPrefix("0X")
    }
}

/// Labels beyond ASCII, as the domain system has them (RFC 3492).
enum Punycode {
    /// The label in lower case: as it is where it is ASCII, else with `xn--`; `nil` when it is too long.
    static func label(_ label: some StringProtocol) -> String? {
        let lower = label.lowercased()
        if lower.utf8.allSatisfy({ $0 < 0x80 }) { return lower }
        guard lower.utf8.count < 256 else { return nil }
        return "xn--" + encode(lower.unicodeScalars.map(\.value))
    }

    private static func encode(_ scalars: [UInt32]) -> String {
        var result = String.UnicodeScalarView()
        for scalar in scalars where scalar < 0x80 { result.append(Unicode.Scalar(UInt8(scalar))) }
        let basic = UInt32(result.count)
        if basic > 0 { result.append("-") }
        var (next, delta, bias, done) = (UInt32(0x80), UInt32(0), UInt32(72), basic)
        // Fewer than 256 scalars below 0x110000: nothing here comes near 2^32.
        while done < scalars.count {
            guard let least = scalars.filter({ $0 >= next }).min() else { break }
            delta += (least - next) * (done + 1)
            next = least
            for scalar in scalars {
                if scalar < next { delta += 1 }
                guard scalar == next else { continue }
                var rest = delta
                var step: UInt32 = 36
                while true {
                    let threshold = step <= bias ? 1 : min(26, step - bias)
                    if rest < threshold { break }
                    result.append(digit(threshold + (rest - threshold) % (36 - threshold)))
                    rest = (rest - threshold) / (36 - threshold)
                    step += 36
                }
                result.append(digit(rest))
                bias = adapt(delta, count: done + 1, isFirst: done == basic)
                delta = 0
                done += 1
            }
            delta += 1
            next += 1
        }
        return String(result)
    }

    private static func digit(_ value: UInt32) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(truncatingIfNeeded: value < 26 ? value + 97 : value + 22))
    }

    private static func adapt(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var bias: UInt32 = 0
        while delta > 455 {
            delta /= 35
            bias += 36
        }
        return bias + 36 * delta / (delta + 38)
    }
}
