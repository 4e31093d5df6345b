internal import CSockets
internal import Glibc
public import SystemPackage

extension Socket {
    /// Sends a file, or a part of it, over a stream; the kernel copies it by itself where it can.
    ///
    /// Blocks until the kernel has taken the last byte; ``timeout`` is the limit of the whole. The file's own position
    /// does not move. What has no positions, such as a pipe, is read to its end and sent; when sending fails, up to 64 KiB that
    /// had been read from it are lost, so a timeout goes better with regular files. The corresponding C function is
    /// `sendfile`; where that is not possible, the file is read and sent piece by piece.
    ///
    /// - Parameters:
    ///   - file: An open file; it stays the caller's.
    ///   - offset: Where in the file to begin.
    ///   - count: How many bytes to send; `nil` for all up to the end. A shorter file is no error.
    /// - Returns: How many bytes were sent.
    /// - Throws: ``SocketError`` as for sending, and for errors of reading; ``SocketError/bytesTransferred`` says how many
    ///   bytes had been sent. ``SocketError/Code/unsupported`` for a socket that is no stream,
    ///   ``SocketError/Code/invalidArgument`` for an offset or count below zero.
    @available(*, noasync, message: "sendFile blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func sendFile(_ file: FileDescriptor, from offset: Int64 = 0, count: Int? = nil) throws(SocketError) -> Int64
    {
        guard type == .stream else {
            throw SocketError(.unsupported, .sendFile, hint: "only streams can send files")
        }
        guard offset >= 0, count ?? 0 >= 0, !offset.addingReportingOverflow(Int64(count ?? 0)).overflow else {
            throw SocketError(
                .invalidArgument, .sendFile, errno: .invalidArgument,
                hint: "offset \(offset) and count \(count ?? 0) are no part of a file")
        }
        let entry = try enter(.sendFile, sleeping: true)
        defer { descriptor.leave(entry) }
        var transfer = FileTransfer(file: file.rawValue, offset: offset, left: count.map { Int64($0) } ?? .max)
        do throws(SocketError) {
            // A shared description may block in the kernel, where closing could not wake it.
            if !entry.maySleep, !entry.isPolled { setKernelNonBlocking(true) }
            if !entry.isPolled, try sendByKernel(&transfer, entry) { return transfer.sent }
            try sendByReading(&transfer, entry)
            return transfer.sent
        } catch {
            throw transfer.sent == 0 ? error : error.with(bytesTransferred: Int(clamping: transfer.sent))
        }
    }

    /// Sends the file at a path; as ``sendFile(_:from:count:)``.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - offset: Where in the file to begin.
    ///   - count: How many bytes to send; `nil` for all up to the end.
    /// - Returns: How many bytes were sent.
    /// - Throws: ``SocketError`` as for an open file, and for errors of opening it, such as ``SocketError/Code/noSuchFile``.
    @available(*, noasync, message: "sendFile blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func sendFile(at path: FilePath, from offset: Int64 = 0, count: Int? = nil) throws(SocketError) -> Int64 {
        let file: OwnedDescriptor
        do {
            file = try OwnedDescriptor(owning: FileDescriptor.open(path, .readOnly, options: .closeOnExec))
        } catch {
            throw SocketError(nil, .sendFile, errno: error as? Errno, subject: path.string)
        }
        do throws(SocketError) {
            return try file.withUnsafeFileDescriptor { number throws(SocketError) in
                try sendFile(number, from: offset, count: count)
            } ?? 0
        } catch {
            throw error.with(subject: path.string)
        }
    }

    /// How far a file has been sent.
    private struct FileTransfer {
        let file: CInt
        var offset: Int64
        var left: Int64
        var sent: Int64 = 0
        var waiting = Waiting()

        mutating func advance(_ count: Int) {
            offset &+= Int64(count)
            left -= Int64(count)
            sent += Int64(count)
        }
    }

    /// Sends by sendfile(2).
    ///
    /// - Returns: `false` when the kernel cannot do so with this file.
    private func sendByKernel(_ transfer: inout FileTransfer, _ entry: Descriptor.Entry) throws(SocketError) -> Bool {
        while transfer.left > 0 {
            let result = csockets_sendfile(
                descriptor.number, transfer.file, transfer.offset, Int(min(transfer.left, 1 << 30)))
            if result > 0 {
                transfer.advance(result)
                continue
            }
            switch CInt(truncatingIfNeeded: result) {
            case -EINVAL, -ENOSYS, -EOPNOTSUPP, -ESPIPE, -EOVERFLOW: return false
            default: break
            }
            if try settle(result, entry, .sendFile, Constants.pollOut, &transfer.waiting) { return true }
        }
        return true
    }

    /// Sends by reading and sending piece after piece.
    private func sendByReading(_ transfer: inout FileTransfer, _ entry: Descriptor.Entry) throws(SocketError) {
        var piece = [UInt8](repeating: 0, count: 65_536)
        var hasPositions = true
        while transfer.left > 0 {
            // A pipe may have nothing for a long time.
            if !hasPositions { try waitForFile(&transfer) }
            let room = Int(min(transfer.left, Int64(piece.count)))
            let count = Syscalls.read(
                transfer.file, into: &piece, count: room, at: hasPositions ? transfer.offset : nil)
            if descriptor.isClosed { throw SocketError(.closed, .sendFile) }
            switch CInt(truncatingIfNeeded: count) {
            case -EINTR: continue
            case -ESPIPE where hasPositions && transfer.offset == transfer.sent:
                // A pipe, or another file that is only read from the front.
                hasPositions = false
                continue
            case -EAGAIN:
                if hasPositions { try waitForFile(&transfer) }
                continue
            case ..<0: throw SocketError(.sendFile, result: count)
            case 0: return
            default: break
            }
            var done = 0
            while done < count {
                let result = Syscalls.send(
                    descriptor.number, piece.span.extracting(done..<count), entry.flags)
                if result > 0 {
                    done += result
                    transfer.advance(result)
                } else if try settle(result, entry, .sendFile, Constants.pollOut, &transfer.waiting) {
                    return
                }
            }
        }
    }

    /// Waits until a file that does not block, such as a pipe, has something to read.
    private func waitForFile(_ transfer: inout FileTransfer) throws(SocketError) {
        switch descriptor.wait(for: Constants.pollIn, of: transfer.file, until: transfer.waiting.begin(timeout)) {
        case nil: throw SocketError(.closed, .sendFile)
        case 0?: throw timedOut(.sendFile)
        case let result? where result < 0: throw SocketError(.sendFile, result: result)
        default: return
        }
    }
}
