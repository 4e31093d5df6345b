internal import CAsyncSockets
public import Sockets
public import SystemPackage

extension AsyncSocket {
    /// Sends a file, or a part of it, without copying it through this process where the kernel can.
    ///
    /// Suspends while the kernel's buffer is full. Reading a file from a disk blocks the thread, as it does everywhere on
    /// Linux; at most 1 MiB is sent before other tasks have their turn. The file's own position stays. The corresponding C
    /// function is `sendfile`.
    ///
    /// - Parameters:
    ///   - file: An open regular file.
    ///   - offset: Where to begin.
    ///   - count: How many bytes; `nil` up to the end of the file.
    /// - Returns: The number of bytes sent; fewer than `count` where the file is shorter.
    /// - Throws: `SocketError` as for sending, `.unsupported` for what has no positions, such as a pipe; `bytesTransferred`
    ///   says how far it came.
    public func sendFile(
        _ file: FileDescriptor, from offset: Int64 = 0, count: Int? = nil
    ) async throws(SocketError) -> Int64 {
        var sent: Int64 = 0
        do throws(SocketError) {
            while count.map({ sent < Int64($0) }) ?? true {
                let rest = count.map { Int64($0) - sent } ?? .max
                let piece = try await performWriting { socket throws(SocketError) in
                    try socket.sendFileNow(file, from: offset + sent, count: Int(min(rest, Int64(Self.mostForOneTurn))))
                }
                if piece == 0 { break }
                sent += Int64(piece)
                casync_charge(piece)
            }
        } catch {
            throw sent == 0 ? error : error.with(bytesTransferred: Int(clamping: sent))
        }
        return sent
    }

    /// Opens a file, sends it, and closes it; as ``sendFile(_:from:count:)``.
    ///
    /// - Parameters:
    ///   - path: The path of a regular file.
    ///   - offset: Where to begin.
    ///   - count: How many bytes; `nil` up to the end of the file.
    /// - Returns: The number of bytes sent.
    /// - Throws: `SocketError` as ``sendFile(_:from:count:)``, and `.noSuchFile` or `.permissionDenied` where it cannot be
    ///   opened.
    public func sendFile(
        at path: FilePath, from offset: Int64 = 0, count: Int? = nil
    ) async throws(SocketError) -> Int64 {
        let file: OwnedDescriptor
        do {
            file = try OwnedDescriptor(owning: FileDescriptor.open(path, .readOnly, options: .closeOnExec))
        } catch let errno as Errno {
            throw SocketError(nil, .sendFile, errno: errno, subject: path.string)
        } catch {
            throw SocketError(.system, .sendFile, subject: path.string, hint: "\(error)")
        }
        defer { file.close() }
        guard let number = file.withUnsafeFileDescriptor({ $0 }) else { throw SocketError(.closed, .sendFile) }
        return try await sendFile(number, from: offset, count: count)
    }
}
