import AsyncSockets
import Sockets

/// One guest's conversation, from the name to the end.
func talk(with socket: AsyncSocket, in room: ChatRoom) async throws {
    let reader = socket.reader()
    let (lines, mailbox) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(200))
    try await socket.sendAll("What is your name?\n")
    while let name = try await nextLine(from: reader) {
        if name.isEmpty || name.contains(" ") || name.count > 20 {
            try await socket.sendAll("A name is one word of at most 20 letters. What is your name?\n")
        } else if await room.enter(name, mailbox) {
            print("\(try socket.peerAddress) is \(name)")
            // One task sends what the others say, while this one receives what this guest says.
            async let sending: Void = send(lines, to: socket)
            do {
                while let line = try await nextLine(from: reader), line != "/quit" { await room.hear(line, from: name) }
            } catch {
                await room.leave(name)
                throw error
            }
            await room.leave(name)
            return await sending
        } else {
            try await socket.sendAll("\(name) is here already. What is your name?\n")
        }
    }
}

/// Sends a guest's mail up to its end; then the guest is not listened to any more, either.
private func send(_ lines: AsyncStream<String>, to socket: AsyncSocket) async {
    do {
        for await line in lines { try await socket.sendAll("\(line)\n") }
        try socket.shutdown(.both)
    } catch {
        // Who does not take its mail has gone, or will be told so by the next receive.
        socket.close()
    }
}

/// The next line, without what would change the others' terminals; nil at the end.
private func nextLine(from reader: AsyncBufferedReader<AsyncSocket>) async throws(SocketError) -> String? {
    guard let line = try await reader.line(limit: 1024, repairing: true) else { return nil }
    return String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
}
