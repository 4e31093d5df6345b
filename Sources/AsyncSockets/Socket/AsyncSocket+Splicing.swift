internal import CAsyncSockets
public import Sockets

extension AsyncSocket {
    /// Moves what comes on this stream to another one inside the kernel, without copying it into the program.
    ///
    /// ```swift
    /// let count = try await client.splice(to: server)      // until the client ends
    /// try server.shutdown(.write)
    /// ```
    ///
    /// Suspends until this side ends, or so many bytes have been moved. For both directions of a relay use two tasks. When
    /// it ends early, up to 64 KiB may have been taken from this stream that did not reach the other one. The corresponding
    /// C function is `splice`.
    ///
    /// - Parameters:
    ///   - other: Where the bytes go: a stream.
    ///   - count: How many bytes at most; `nil` for all up to the end.
    /// - Returns: How many bytes were moved.
    /// - Throws: `SocketError` as for receiving and sending; `bytesTransferred` says how many bytes had been moved.
    ///   `.unsupported` for sockets that are no streams, `.invalidArgument` for a count below zero.
    @discardableResult
    public func splice(to other: AsyncSocket, count: Int64? = nil) async throws(SocketError) -> Int64 {
        guard type == .stream, other.type == .stream else {
            throw SocketError(.unsupported, .send, hint: "only streams can be spliced")
        }
        guard count ?? 0 >= 0 else {
            throw SocketError(.invalidArgument, .send, hint: "\(count ?? 0) bytes cannot be moved")
        }
        let pipe = try KernelPipe()
        var moved: Int64 = 0
        do throws(SocketError) {
            while moved < count ?? .max {
                let room = Int(min(count.map { $0 - moved } ?? .max, 1 << 16))
                let taken = try await perform(.read, .receive) { socket throws(SocketError) in
                    try socket.splice(into: pipe, room)
                }
                if taken == 0 { break }
                try await other.drain(pipe, taken, &moved)
            }
        } catch {
            throw moved == 0 ? error : error.with(bytesTransferred: Int(clamping: moved))
        }
        return moved
    }

    /// Moves what has come, as long as more is there at once; so whoever waits for more holds no pipe.
    func spliceWhatCame(to other: AsyncSocket) async throws(SocketError) -> Int64 {
        let pipe = try KernelPipe()
        var moved: Int64 = 0
        do throws(SocketError) {
            while true {
                try await takeTurn(.receive)
                guard mayAsk(.read) else { break }
                let taken: Int
                do throws(SocketError) {
                    taken = try socket.splice(into: pipe, 1 << 16)
                    keepReady(.read)
                } catch {
                    if error.code == .wouldBlock { break }
                    keepReady(.read)
                    throw error
                }
                if taken == 0 { break }
                try await other.drain(pipe, taken, &moved)
            }
        } catch {
            throw moved == 0 ? error : error.with(bytesTransferred: Int(clamping: moved))
        }
        return moved
    }

    /// Sends so many bytes out of a pipe.
    private func drain(_ pipe: KernelPipe, _ count: Int, _ moved: inout Int64) async throws(SocketError) {
        var left = count
        while left > 0 {
            let amount = left
            let sent = try await performWriting { socket throws(SocketError) in
                try socket.splice(outOf: pipe, amount)
            }
            casync_charge(sent)
            left -= sent
            moved += Int64(sent)
        }
    }
}
