internal import Sockets

/// Memory on the stack for what a socket gives while a connection waits: an idle connection has none.
enum Scratch {
    /// Small records come whole with one system call; of large ones the rest goes straight to where OpenSSL wants it.
    static let size = 1024
    /// Memory for a flight; temporary memory of that size would come from the heap.
    @inline(never)
    static func withFlight<Value>(
        _ body: (UnsafeMutableRawBufferPointer) throws(TLSError) -> Value
    ) throws(TLSError) -> Value {
        var memory = InlineArray<4096, UInt8>(repeating: 0)
        var bytes = memory.mutableSpan
        // The body uses it for the time of the call.
        return try unsafe bytes.withUnsafeMutableBytes { bytes throws(TLSError) in try unsafe body(bytes) }
    }

    @inline(__always)
    static func withMemory<Value>(
        _ body: (UnsafeMutableRawBufferPointer) throws(TLSError) -> Value
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
            throw connection.keep(error)
        }
        if count == 0 { connection.endInput() } else { connection.noteInput(count < memory.count ? .short : .more) }
        return count
    }

    /// Receives into memory what one record held, waiting for it; 0 at the end, and when there is no room.
    func receiveContent(
        into memory: UnsafeMutableRawBufferPointer, until limit: Deadline? = nil
    ) throws(TLSError) -> Int {
        let connection = try secured(.receive)
        let deadline = limit ?? deadline
        if !connection.isEstablished { try handshake(until: deadline) }
        if unsafe memory.isEmpty { return 0 }
        try take(connection.reading, deadline, .receive)
        defer { connection.reading.give() }
        var step = Connection.Step.needsInput
        // What has come already needs no waiting, and the socket is asked without waiting while it has not said "no more".
        if !connection.mustWaitForInput() {
            step = try withNumber(.receive) { number throws(TLSError) in
                try unsafe connection.read(into: memory, number, lending: nil)
            }
        }
        while step == .needsInput {
            // Answers that reading has made and the socket did not take; what is left goes with what is sent next.
            if connection.outputCount > 0 {
                try withNumber(.receive) { number throws(TLSError) in connection.flushNow(number, evenIfFull: true) }
                try waitOffering(connection, deadline)
            }
            step = try unsafe Scratch.withMemory { scratch throws(TLSError) in
                let count = try unsafe receive(connection, into: scratch, deadline)
                return try withNumber(.receive) { number throws(TLSError) in
                    try unsafe connection.read(
                        into: memory, number, lending: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
                }
            }
        }
        if case .done(let count) = step { return min(count, memory.count) }
        return 0
    }

    /// Receives into the free room of a buffer.
    func receiveContent(into buffer: inout OutputSpan<UInt8>) throws(TLSError) -> Int {
        // OpenSSL writes into the uninitialized rest alone, and says how much of it it wrote.
        try unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized throws(TLSError) in
            let whole = UnsafeMutableRawBufferPointer(buffer)
            let count = try unsafe receiveContent(into: UnsafeMutableRawBufferPointer(rebasing: whole[initialized...]))
            initialized += count
            return count
        }
    }

    /// Receives into memory from its start.
    func receiveContent(into buffer: inout MutableSpan<UInt8>, until limit: Deadline? = nil) throws(TLSError) -> Int {
        // The memory is borrowed for the call, and OpenSSL is told its size.
        try unsafe buffer.withUnsafeMutableBytes { memory throws(TLSError) in
            try unsafe receiveContent(into: memory, until: limit)
        }
    }
}

extension TLSSocket {
    /// Waits for a flight of the peer's messages, and takes a step with it.
    func receiveFlight(
        _ connection: Connection, _ deadline: Deadline?, _ step: (CInt) throws(TLSError) -> Connection.Step
    ) throws(TLSError) -> Connection.Step {
        try unsafe Scratch.withFlight { memory throws(TLSError) in
            let count = try unsafe receive(connection, into: memory, deadline)
            return try unsafe connection.lending(UnsafeRawBufferPointer(rebasing: memory[..<count])) {
                () throws(TLSError) in try withNumber(.handshake, step)
            }
        }
    }
}
