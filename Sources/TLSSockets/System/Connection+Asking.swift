// Steps that ask the socket once, for connections that suspend.
internal import Sockets

extension Connection {
    /// Reads what can be had without waiting.
    ///
    /// Short records come through memory on the stack, header and content with one system call; where long ones come,
    /// OpenSSL reads them to where it wants them.
    ///
    /// - Parameter mayAsk: Whether the socket may have something.
    func readNow(
        into memory: UnsafeMutableRawBufferPointer, _ socket: Socket, mayAsk: Bool
    ) throws(TLSError) -> Step {
        // For the time of the step: two tasks that read at once must not feed records in the wrong order.
        reading.take()
        defer { reading.give() }
        let (hasInput, readsMuch, _) = inputState()
        if hasInput {
            let step = try unsafe read(into: memory, -1, lending: nil)
            if step != .needsInput {
                // The socket was not asked: what it said last holds, unless there is news.
                if mayAsk { noteInput(.more) }
                return step
            }
        }
        guard mayAsk else { return .needsInput }
        if readsMuch {
            noteInput(.more)
            return try socket.withNumber(closed: TLSError(.closed, .receive)) { number throws(TLSError) in
                try unsafe read(into: memory, number, lending: nil)
            }
        }
        return try unsafe Scratch.withMemory { scratch throws(TLSError) in
            let count = unsafe socket.receiveNow(into: scratch, [])
            if count == Socket.mustWait {
                noteInput(.none)
                return .needsInput
            }
            if count < 0 { throw keep(socket.failure(.receive, count)) }
            if count == 0 { endInput() } else { noteInput(count < scratch.count ? .short : .more) }
            let lent = unsafe UnsafeRawBufferPointer(rebasing: scratch[..<min(count, scratch.count)])
            return try socket.withNumber(closed: TLSError(.closed, .receive)) { number throws(TLSError) in
                try unsafe read(into: memory, number, lending: lent)
            }
        }
    }

    /// Reads into the free room of a buffer what can be had without waiting.
    @inline(never)  // what it keeps on the stack shall not be part of a waiting task
    func readNow(
        into buffer: inout OutputSpan<UInt8>, _ socket: Socket, mayAsk: Bool
    ) throws(TLSError) -> Step {
        // OpenSSL writes into the uninitialized rest alone, and says how much of it it wrote.
        try unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized throws(TLSError) in
            let whole = UnsafeMutableRawBufferPointer(buffer)
            let free = unsafe UnsafeMutableRawBufferPointer(rebasing: whole[initialized...])
            let step = try unsafe readNow(into: free, socket, mayAsk: mayAsk)
            if case .done(let count) = step { initialized += min(count, free.count) }
            return step
        }
    }

    /// Appends to an array what can be had without waiting; makes room for what has come alone.
    @inline(never)  // as above
    func readNow(
        upTo count: Int, appendingTo bytes: inout [UInt8], _ socket: Socket, mayAsk: Bool
    ) throws(TLSError) -> Step {
        let count = min(count, 16_384)
        let (hasInput, readsMuch, _) = inputState()
        if !mayAsk, !hasInput { return .needsInput }
        if readsMuch {
            var step = Step.needsInput
            try bytes.append(addingCapacity: count) { (buffer: inout OutputSpan<UInt8>) throws(TLSError) in
                step = try readNow(into: &buffer, socket, mayAsk: mayAsk)
            }
            return step
        }
        return try unsafe Scratch.withMemory { plain throws(TLSError) in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: plain[..<min(count, plain.count)])
            let step = try unsafe readNow(into: room, socket, mayAsk: mayAsk)
            guard case .done(let came) = step else { return step }
            unsafe bytes.append(contentsOf: room[..<min(came, room.count)])
            let rest = min(pendingCount, count - came)
            guard came == room.count, rest > 0 else { return step }
            var more = 0
            try bytes.append(addingCapacity: rest) { (buffer: inout OutputSpan<UInt8>) throws(TLSError) in
                if case .done(let count) = try readNow(into: &buffer, socket, mayAsk: false) { more = count }
            }
            return .done(came + more)
        }
    }

    /// Goes on with a step of the handshake as far as it goes without waiting.
    @inline(never)  // as above
    func handshakeNow(
        _ socket: Socket, mayAsk: Bool, _ step: (CInt) throws(TLSError) -> Step
    ) throws(TLSError) -> Step {
        reading.take()
        defer { reading.give() }
        noteInput(mayAsk ? .more : .none)
        guard mayAsk else { return try socket.withNumber(closed: TLSError(.closed, .handshake), step) }
        // A whole flight with one system call.
        return try unsafe Scratch.withFlight { scratch throws(TLSError) in
            let count = unsafe socket.receiveNow(into: scratch, [])
            if count == Socket.mustWait {
                noteInput(.none)
            } else if count < 0 {
                throw keep(socket.failure(.handshake, count))
            } else if count == 0 {
                endInput()
            } else {
                noteInput(count < scratch.count ? .short : .more)
            }
            let came = unsafe UnsafeRawBufferPointer(rebasing: scratch[..<min(max(0, count), scratch.count)])
            return try unsafe lending(came) { () throws(TLSError) in
                try socket.withNumber(closed: TLSError(.closed, .handshake), step)
            }
        }
    }
}
