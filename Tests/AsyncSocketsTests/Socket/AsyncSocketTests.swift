import AsyncSockets
import Sockets
import TestSupport
import Testing

@Suite struct AsyncSocketTests {
    @Test func echoesOverTCP() async throws {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let address = try listener.localAddress
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await listener.serve { peer in
                    while let bytes = try await peer.receive(upTo: 4096) { try await peer.sendAll(bytes) }
                }
            }
            for number in 0..<20 {
                let socket = try await AsyncSocket.connected(to: address)
                for turn in 0..<10 {
                    let text = "client \(number) turn \(turn)"
                    try await socket.sendAll(text)
                    let reply = try await socket.receive(exactly: text.utf8.count)
                    #expect(reply == Array(text.utf8))
                }
                try await socket.finishWriting()
                #expect(try await socket.receive(upTo: 10) == nil)
            }
            group.cancelAll()
            await #expect(throws: SocketError.self) { try await group.next() }
        }
    }
}
