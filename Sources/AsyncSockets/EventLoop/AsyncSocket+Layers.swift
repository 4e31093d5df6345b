// What layers above a stream (secure sockets) need: to ask the socket below themselves, and to wait here.
package import Sockets

extension AsyncSocket {
    /// The socket below, which does not block.
    package var below: Socket { socket }

    /// Counts one operation; a task that has had its share lets the others on its loop run.
    @inline(__always)
    package func takeTurnToReceive() async throws(SocketError) { try await takeTurn(.receive) }

    /// Whether the kernel may have something to receive; from now on it counts as asked.
    @inline(__always)
    package var mayHaveInput: Bool { mayAsk(.read) }

    /// Remembers that the kernel may have more, unless a short read has just told that it has not.
    @inline(__always)
    package func keepInput(afterShortRead: Bool) {
        guard let watch else { return }
        if !(afterShortRead && isTCP && !watch.isVague(.read)) { keepReady(.read) }
    }

    /// Waits until the kernel may have something to receive; it counts as asked afterwards.
    package func waitForInput() async throws(SocketError) {
        try await wait(.read, .receive)
        // What was announced before the wait ends it, and is still remembered: else the next wait would end at once, too.
        _ = mayAsk(.read)
    }
}
