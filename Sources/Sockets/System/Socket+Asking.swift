// What the asynchronous sockets are made of: calls that ask the kernel once and never wait.
internal import CSockets
internal import Glibc
internal import Synchronization
package import SystemPackage

extension Descriptor {
    /// Enters a call that does not wait; `false`, and nothing has happened, when the descriptor is closed.
    @inline(__always)
    fileprivate func enterAsking() -> Bool {
        if enterUnlessClosed() { return true }
        leaveAsking()
        return false
    }
}

extension Socket {
    /// The result of a call on a socket that has been closed; below every negative errno.
    package static let wasClosed = Int.min

    /// The result of a call that would have to wait.
    package static let mustWait = -Int(EAGAIN)

    /// Makes a socket that does not block, in mode and description.
    package convenience init(
        nonBlocking family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol
    ) throws(SocketError) {
        let number = csockets_socket(
            family.rawValue, type.rawValue | Constants.closeOnExec | Constants.nonBlocking, `protocol`.rawValue)
        guard number >= 0 else {
            throw SocketError(.socket, result: number, subject: Self.name(family, type, `protocol`))
        }
        self.init(
            owning: number, family, type, Self.actualProtocol(family, type, `protocol`), isNonBlocking: true)
    }

    /// Moves the descriptor into another object; this one is closed from now on.
    package func moved(isNonBlocking: Bool, _ operation: SocketError.Operation) throws(SocketError) -> Socket {
        let isShared = descriptor.isPolled
        switch descriptor.detach() {
        case .number(let number):
            let socket = Socket(owning: number, family, type, `protocol`, isShared: isShared)
            socket.isBlocking = !isNonBlocking
            if let ledger = zeroCopyLedger.load() { _ = socket.zeroCopyLedger.storeIfNil(ledger) }
            return socket
        case .closed: throw SocketError(.closed, operation)
        case .busy: throw SocketError(.busy, operation, hint: "let the other threads' calls end first")
        }
    }

    /// The number, for who watches it; valid as long as the socket is not closed.
    package var number: CInt { descriptor.number }

    /// Receives once; the count, or a negative result.
    package func receiveNow(into buffer: inout OutputSpan<UInt8>, _ flags: ReceiveFlags) -> Int {
        guard descriptor.enterAsking() else { return Self.wasClosed }
        defer { descriptor.leaveAsking() }
        while true {
            let result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue | Constants.dontWait)
            if result != -Int(EINTR) { return result }
        }
    }

    /// Receives once; the count, or a negative result.
    package func receiveNow(into buffer: inout MutableSpan<UInt8>, _ flags: ReceiveFlags) -> Int {
        guard descriptor.enterAsking() else { return Self.wasClosed }
        defer { descriptor.leaveAsking() }
        while true {
            let result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue | Constants.dontWait)
            if result != -Int(EINTR) { return result }
        }
    }

    /// Receives once into memory that has no owner yet; the count, or a negative result.
    package func receiveNow(into memory: UnsafeMutableRawBufferPointer, _ flags: ReceiveFlags) -> Int {
        guard descriptor.enterAsking() else { return Self.wasClosed }
        defer { descriptor.leaveAsking() }
        while true {
            let result = unsafe csockets_recv(
                descriptor.number, memory.baseAddress, memory.count, flags.rawValue | Constants.dontWait)
            if result != -Int(EINTR) { return result }
        }
    }

    /// Sends once; the count, or a negative result.
    package func sendNow(_ bytes: Span<UInt8>, _ flags: SendFlags) -> Int {
        guard descriptor.enterAsking() else { return Self.wasClosed }
        defer { descriptor.leaveAsking() }
        while true {
            let result = Syscalls.send(descriptor.number, bytes, flags.rawValue | Constants.dontWait)
            if result != -Int(EINTR) { return result }
        }
    }

    /// Accepts a client that waits; the socket, which does not block, or a negative result.
    package func acceptNow() -> (socket: Socket?, result: Int) {
        guard descriptor.enterAsking() else { return (nil, Self.wasClosed) }
        defer { descriptor.leaveAsking() }
        while true {
            let number = Syscalls.acceptNonBlocking(descriptor.number)
            if number >= 0 {
                return (Socket(owning: number, family, type, `protocol`, isNonBlocking: true), 0)
            }
            if number == -EINTR || Self.isLostClient(number) { continue }
            return (nil, Int(number))
        }
    }

    /// Begins to connect; 0 when connected already, or a negative result: `-EINPROGRESS` when it goes on.
    package func connectNow(to address: SocketAddress) throws(SocketError) -> Int {
        let kernel = try KernelAddress(address, for: .connect, of: self)
        guard descriptor.enterAsking() else { return Self.wasClosed }
        defer { descriptor.leaveAsking() }
        let result = Syscalls.connect(descriptor.number, kernel)
        // Interrupted, it goes on by itself.
        return Int(result == -EINTR ? -EINPROGRESS : result)
    }

    /// Sends a piece of a file once, by sendfile(2) or else by reading it; the count, 0 at the end of the file.
    ///
    /// Throws ``SocketError/Code/wouldBlock`` when nothing could be sent.
    package func sendFileNow(_ file: FileDescriptor, from offset: Int64, count: Int) throws(SocketError) -> Int {
        guard descriptor.enterAsking() else { throw SocketError(.closed, .sendFile) }
        defer { descriptor.leaveAsking() }
        var result = 0
        repeat {
            result = csockets_sendfile(descriptor.number, file.rawValue, offset, count)
        } while result == -Int(EINTR)
        switch CInt(truncatingIfNeeded: result) {
        case -EINVAL, -ENOSYS, -EOPNOTSUPP, -EOVERFLOW:
            var piece = [UInt8](repeating: 0, count: min(count, 65_536))
            repeat {
                result = Syscalls.read(file.rawValue, into: &piece, count: piece.count, at: offset)
            } while result == -Int(EINTR)
            if result > 0 {
                let read = result
                repeat {
                    result = Syscalls.send(descriptor.number, piece.span.extracting(first: read), Constants.dontWait)
                } while result == -Int(EINTR)
            }
        default: break
        }
        if result >= 0 { return result }
        if result == Self.mustWait {
            throw SocketError(.wouldBlock, .sendFile, errno: .resourceTemporarilyUnavailable)
        }
        if result == -Int(ESPIPE) {
            throw SocketError(
                .unsupported, .sendFile, errno: .illegalSeek, hint: "only files with positions can be sent this way")
        }
        throw failure(.sendFile, result)
    }

    /// The error of a negative result.
    package func failure(
        _ operation: SocketError.Operation, _ result: Int, address: SocketAddress? = nil
    ) -> SocketError {
        if result == Self.wasClosed || isClosed { return SocketError(.closed, operation, address: address) }
        return SocketError(operation, result: result, address: address ?? (try? peerAddress))
    }
}
