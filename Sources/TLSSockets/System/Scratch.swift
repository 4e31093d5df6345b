internal import Sockets

/// Memory on the stack for what a socket gives while a connection waits: an idle connection has none.
enum Scratch {
    /// Small records come whole with one system call; of large ones the rest goes straight to where OpenSSL wants it.
    static let size = 1024
    /// The messages of a handshake come in flights.
    static let flight = 4096

    @inline(__always)
    static func withMemory<Value>(
        _ size: Int = size, _ body: (UnsafeMutableRawBufferPointer) throws(TLSError) -> Value
    ) throws(TLSError) -> Value {
        try unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { memory throws(TLSError) in
            try unsafe body(memory)
        }
    }
}

extension TLSSocket {
    /// Receives what has come, waiting for it, into memory; 0 at the end, which the connection learns.
    func receive(
        _ connection: Connection, into memory: UnsafeMutableRawBufferPointer, _ deadline: Deadline?
    ) throws(TLSError) -> Int {
        let count: Int
        do throws(SocketError) {
            count = try unsafe socket.receive(into: memory, until: deadline)
        } catch {
            throw TLSError(error)
        }
        if count == 0 { connection.endInput() } else { connection.noteInput(count < memory.count ? .short : .more) }
        return count
    }

    /// Waits for input on the stack, and reads what it makes.
    func receive(
        _ connection: Connection, into buffer: inout OutputSpan<UInt8>, _ deadline: Deadline?
    ) throws(TLSError) -> Connection.Step {
        // OpenSSL writes into the uninitialized rest alone, and says how much of it it wrote.
        try unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized throws(TLSError) in
            let whole = UnsafeMutableRawBufferPointer(buffer)
            let free = unsafe UnsafeMutableRawBufferPointer(rebasing: whole[initialized...])
            let step = try unsafe Scratch.withMemory { memory throws(TLSError) in
                let count = try unsafe receive(connection, into: memory, deadline)
                return try withNumber(.receive) { number throws(TLSError) in
                    try unsafe connection.read(
                        into: free, number, lending: UnsafeRawBufferPointer(rebasing: memory[..<count]))
                }
            }
            if case .done(let count) = step { initialized += min(count, free.count) }
            return step
        }
    }
}

extension TLSSocket {
    /// Waits for input, and gives it to the connection.
    func fill(_ connection: Connection, _ deadline: Deadline?) throws(TLSError) {
        try unsafe Scratch.withMemory(Scratch.flight) { memory throws(TLSError) in
            let count = try unsafe receive(connection, into: memory, deadline)
            unsafe connection.feed(UnsafeRawBufferPointer(rebasing: memory[..<count]))
        }
    }
}
