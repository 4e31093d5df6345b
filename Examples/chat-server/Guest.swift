import Sockets

/// Somebody in the chat room.
final class Guest {
    /// The most bytes of a line, and of what waits to be sent; who goes beyond has to leave.
    static let longestLine = 1024
    static let longestQueue = 65_536

    let socket: Socket
    let address: SocketAddress
    /// Nil until the first line has come.
    var name: String?
    /// What came after the last end of a line.
    private var partialLine: [UInt8] = []
    /// What the guest has not taken yet.
    private(set) var outgoing: [UInt8] = []

    init(socket: Socket, address: SocketAddress) {
        self.socket = socket
        self.address = address
    }

    /// What the selector has to wait for.
    var interest: Interest { outgoing.isEmpty ? .read : [.read, .write] }

    /// Puts a line at the end of what is to be sent; false when the guest is too slow to be waited for.
    func queue(_ line: String) -> Bool {
        outgoing += Array("\(line)\n".utf8)
        return outgoing.count <= Self.longestQueue
    }

    /// Sends as much as the guest takes now.
    func send() throws(SocketError) {
        if outgoing.isEmpty { return }
        do {
            outgoing.removeFirst(try socket.send(outgoing))
        } catch  where error.code == .wouldBlock {
            // Later, then.
        }
    }

    /// The lines that are complete now; nil at the end of the connection.
    ///
    /// Bytes come as the network likes, not line by line: a line may come in pieces, and several at once.
    func receiveLines() throws(SocketError) -> [String]? {
        guard let bytes = try socket.receive(upTo: 4096) else { return nil }
        partialLine += bytes
        var lines: [String] = []
        while let end = partialLine.firstIndex(of: 0x0A) {
            lines.append(Self.text(partialLine[..<end]))
            partialLine.removeFirst(end + 1)
        }
        guard partialLine.count <= Self.longestLine else {
            throw SocketError(.limitExceeded, .receive, address: address)
        }
        return lines
    }

    /// The text without what would change the others' terminals.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
