// The protocol that application-protocol-server and application-protocol-client speak.
//
// TCP carries bytes, not messages: what one `send` sends may come in pieces, or together with the next. So each message
// says how long it is:
//
//     2 bytes     length of the header, in network byte order
//     header      lines of `name: value`; `content-length` is needed
//     content     as many bytes as `content-length` says
//
// The client's content is `action=search` or `action=echo`, then `value=…`; the server's `result=…` or `error=…`.

/// One message, either way.
public struct Message: Equatable, Sendable {
    /// The lines of the header; `content-length` is made when the message is sent.
    public var header: [String: String]
    /// The bytes after the header.
    public var content: [UInt8]

    /// The most bytes that a content may have: a peer cannot make the other side keep more.
    public static let longestContent = 1_048_576

    /// Makes a message of lines `name=value`.
    public init(_ fields: KeyValuePairs<String, String>) {
        header = ["content-type": "text/key-value"]
        content = Array(fields.map { "\($0)=\($1)\n" }.joined().utf8)
    }

    /// Makes a message of its parts.
    public init(header: [String: String], content: [UInt8]) {
        self.header = header
        self.content = content
    }

    /// The value of a line `name=value` of the content.
    public subscript(name: String) -> String? {
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == name { return String(parts[1]) }
        }
        return nil
    }

    /// The message as it travels.
    public var bytes: [UInt8] {
        var lines = header
        lines["content-length"] = String(content.count)
        // Sorted, so that the same message is always the same bytes.
        let text = lines.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
        let length = UInt16(clamping: text.utf8.count)
        return [UInt8(length >> 8), UInt8(length & 0xFF)] + Array(text.utf8.prefix(Int(length))) + content
    }
}

/// Puts the pieces that come from a connection together into messages.
public struct MessageReader: Sendable {
    /// Why the bytes are no message; the connection is of no use any more.
    public enum Malformed: Error, Equatable {
        /// The header is not UTF-8 text of `name: value` lines.
        case header
        /// The header has no `content-length`, or none that is a number up to ``Message/longestContent``.
        case contentLength
    }

    private var buffer: [UInt8] = []

    /// Begins with nothing.
    public init() {}

    /// Whether a message has begun that is not complete.
    public var isInsideMessage: Bool { !buffer.isEmpty }

    /// Takes the next bytes of the connection.
    public mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// The next message, or nil when some of it is still to come.
    public mutating func next() throws(Malformed) -> Message? {
        guard buffer.count >= 2 else { return nil }
        let headerEnd = 2 + (Int(buffer[0]) << 8 | Int(buffer[1]))
        guard buffer.count >= headerEnd else { return nil }
        let header = try Self.header(buffer[2..<headerEnd])
        guard let length = header["content-length"].flatMap({ Int($0) }), (0...Message.longestContent).contains(length)
        else { throw .contentLength }
        guard buffer.count >= headerEnd + length else { return nil }
        let content = Array(buffer[headerEnd..<headerEnd + length])
        buffer.removeFirst(headerEnd + length)
        return Message(header: header, content: content)
    }

    private static func header(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> [String: String] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .header }
        var header: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw .header }
            header[String(parts[0])] = String(parts[1].drop { $0 == " " })
        }
        return header
    }
}
