internal import CSockets
internal import Glibc
internal import SystemPackage

/// Listening on a Unix path that may have been left by a server that is gone.
///
/// Whether somebody answers, taking the path away, binding and listening are one step for all servers that use this
/// library: they hold a lock on the folder meanwhile. Without it, two servers that start at the same time could both find
/// the path dead, and the second would take away the name that the first has just bound.
enum UnixPathLock {
    static func listen(
        _ socket: Socket, on address: SocketAddress, path: FilePath, backlog: Int
    ) throws(SocketError) {
        let lock = lock(path.removingLastComponent())
        defer { if lock >= 0 { _ = csockets_close(lock) } }

        do throws(SocketError) {
            try socket.bind(to: address)
        } catch {
            guard error.code == .addressInUse, isDead(socket, address, path) else { throw error }
            guard lock >= 0 else {
                throw error.with(hint: "nobody answers there, but its folder could not be locked to replace it safely")
            }
            _ = unsafe path.withPlatformString { unsafe csockets_unlink($0) }
            try socket.bind(to: address)
        }
        try socket.listen(backlog: backlog)
    }

    /// A descriptor that holds the lock, or a negative errno: a folder that cannot be read cannot be locked.
    ///
    /// Anybody who may read the folder can hold its lock; so it is waited for a second at most, in pauses of 10 ms.
    private static func lock(_ folder: FilePath) -> CInt {
        let folder: FilePath = folder.isEmpty ? "." : folder
        for _ in 0..<100 {
            let lock = unsafe folder.withPlatformString { unsafe csockets_lock_folder($0) }
            if lock != -EWOULDBLOCK { return lock }
            csockets_pause(10_000_000)
        }
        return -EWOULDBLOCK
    }

    /// Whether the path is a socket at which nobody answers.
    private static func isDead(_ socket: Socket, _ address: SocketAddress, _ path: FilePath) -> Bool {
        guard unsafe path.withPlatformString({ unsafe csockets_is_socket_path($0) }) == 1 else { return false }
        // Not to be held up by a full queue: whoever has a queue is alive.
        guard let probe = try? Socket(.unix, socket.type), let kernel = try? KernelAddress(address, for: .connect)
        else {
            return false
        }
        probe.isBlocking = false
        return Syscalls.connect(probe.descriptor.number, kernel) == -ECONNREFUSED
    }
}
