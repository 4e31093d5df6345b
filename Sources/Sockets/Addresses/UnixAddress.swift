public import SystemPackage

/// A name in the Unix domain: a path, a name of Linux's abstract namespace, or none.
///
///     let file = UnixAddress(path: "/run/echo.sock")
///     let hidden = UnixAddress(abstract: "echo")       // leaves nothing in the file system
///
/// Every sequence of bytes can be held, because the kernel may tell any; what it refuses when bound to or connected to
/// is an error of the socket then. The corresponding C structure is `sockaddr_un`.
public struct UnixAddress: Hashable, Sendable {
    /// The three forms of a name.
    public enum Kind: Hashable, Sendable {
        /// No name, as of a socket that was not bound or is one of a pair.
        case unnamed
        /// The bytes of a path in the file system, without a terminating NUL.
        case path([UInt8])
        /// The bytes of a name in the abstract namespace (Linux), without the NUL in front. All bytes count, NUL too.
        case abstract([UInt8])
    }

    /// Which form it is, with its bytes.
    public let kind: Kind

    /// Creates a name of a form and its bytes.
    public init(_ kind: Kind) {
        self.kind = kind
    }

    /// Creates the name of a path.
    public init(path: FilePath) {
        kind = .path(path.bytes)
    }

    /// Creates the name of a path, byte for byte as given.
    public init(path: String) {
        kind = .path(Array(path.utf8))
    }

    /// Creates a name in the abstract namespace of Linux, given without the `@` of the text form.
    public init(abstract name: String) {
        kind = .abstract(Array(name.utf8))
    }

    /// Creates a name in the abstract namespace of Linux of any bytes.
    public init(abstract name: some Sequence<UInt8>) {
        kind = .abstract(Array(name))
    }

    /// No name.
    ///
    /// Binding to it asks Linux for a free abstract one.
    public static let unnamed = UnixAddress(.unnamed)

    /// Whether there is no name.
    public var isUnnamed: Bool { kind == .unnamed }

    /// The path, nil for the other forms and for bytes with a NUL among them, which no path has.
    public var path: FilePath? {
        guard case .path(let bytes) = kind, !bytes.contains(0) else { return nil }
        return FilePath(bytes: bytes)
    }

    /// The bytes of the name in the abstract namespace, nil for the other forms.
    public var abstractName: [UInt8]? {
        if case .abstract(let bytes) = kind { bytes } else { nil }
    }
}

extension UnixAddress {
    /// The room for a name in `sockaddr_un` on Linux.
    static let maximumLength = 108

    /// Why no kernel takes the name, as the end of a sentence, or nil when nothing speaks against it.
    var invalidReason: String? {
        switch kind {
        case .unnamed:
            return nil
        case .path(let bytes):
            if bytes.isEmpty { return "the path is empty" }
            if bytes.contains(0) { return "the path has a NUL byte in it, and the kernel would cut it there" }
            guard bytes.count <= Self.maximumLength else {
                return "the path has \(bytes.count) bytes, and the kernel takes at most \(Self.maximumLength); "
                    + "use a shorter one, or one relative to the working directory"
            }
            return nil
        case .abstract(let bytes):
            guard bytes.count < Self.maximumLength else {
                return "the abstract name has \(bytes.count) bytes, and the kernel takes at most "
                    + "\(Self.maximumLength - 1)"
            }
            return nil
        }
    }
}

extension UnixAddress: LosslessStringConvertible {
    /// The text of an address without a name.
    private static var unnamedText: String { "(unnamed)" }

    /// Parses the text form, the inverse of ``description``.
    ///
    /// `@name` is an abstract name, `(unnamed)` is ``unnamed``, anything else a path; `\xHH` stands for one byte. Nil for
    /// an empty text, a NUL, and a backslash before anything else. For a path as the user typed it take
    /// ``init(path:)-(String)``.
    public init?(_ text: String) {
        if text == Self.unnamedText {
            self.init(.unnamed)
            return
        }
        let utf8 = text.utf8.span
        guard utf8.count > 0 else { return nil }
        let isAbstract = utf8[0] == 0x40
        var bytes: [UInt8] = []
        var index = isAbstract ? 1 : 0
        while index < utf8.count {
            let byte = utf8[index]
            index += 1
            guard byte != 0 else { return nil }
            guard byte == 0x5C else {
                bytes.append(byte)
                continue
            }
            guard utf8.count - index >= 3, utf8[index] == 0x78,
                let high = HexadecimalText.value(of: utf8[index + 1]),
                let low = HexadecimalText.value(of: utf8[index + 2])
            else { return nil }
            bytes.append(high << 4 | low)
            index += 3
        }
        self.init(isAbstract ? .abstract(bytes) : .path(bytes))
    }

    /// Parses the text form, the inverse of ``description``.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The text form: a path as it is, an abstract name after an `@`, or `(unnamed)`.
    ///
    /// Control characters, backslashes and bytes that are not UTF-8 are written `\xHH`, and so is the first byte of a path
    /// that looks like another form (`@…`, `(unnamed)`). So the text is always safe to print and parses back to the same
    /// name; only the empty path, which no kernel takes, does not.
    public var description: String {
        switch kind {
        case .unnamed:
            return Self.unnamedText
        case .path(let bytes):
            let text = Self.escaped(bytes)
            guard bytes.first == 0x40 || text == Self.unnamedText, let first = bytes.first else { return text }
            return HexadecimalText.escape(first) + Self.escaped(bytes.dropFirst())
        case .abstract(let bytes):
            return "@" + Self.escaped(bytes)
        }
    }

    /// The bytes as text, with `\xHH` for whatever a terminal or a log should not get.
    private static func escaped(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        text.reserveCapacity(bytes.count)
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var index = bytes.startIndex
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                switch scalar.properties.generalCategory {
                case _ where scalar == "\\",
                    .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                    for byte in encoded { text += HexadecimalText.escape(byte) }
                default:
                    text.unicodeScalars.append(scalar)
                }
                index = bytes.index(index, offsetBy: encoded.count)
            case .error(let length):
                for _ in 0..<length {
                    text += HexadecimalText.escape(bytes[index])
                    bytes.formIndex(after: &index)
                }
            case .emptyInput:
                return text
            }
        }
    }
}

extension UnixAddress: Comparable {
    /// Orders unnamed before paths before abstract names, and those of one form by their bytes.
    public static func < (left: UnixAddress, right: UnixAddress) -> Bool {
        switch (left.kind, right.kind) {
        case (.path(let left), .path(let right)), (.abstract(let left), .abstract(let right)):
            left.lexicographicallyPrecedes(right)
        case (.unnamed, .path), (.unnamed, .abstract), (.path, .abstract): true
        default: false
        }
    }
}

extension UnixAddress: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
