import Sockets
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The file that a socket bound to a Unix path has made: the kernel leaves it there when the socket is closed.
///
/// A program binds one.
struct UnixPath {
    private let path: String

    /// The path of a bound socket, removed also when the program is ended by Ctrl-C or SIGTERM; nil for other sockets.
    init?(of socket: Socket) {
        guard let path = try? socket.localAddress.unixAddress?.path else { return nil }
        self.path = path.string
        // Never freed: the handler may run as long as the program does.
        pathForHandler = strdup(self.path)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // One that the program was started to ignore, as by nohup, stays so.
            if signal(number, SIG_IGN).map({ unsafeBitCast($0, to: Int.self) }) == 1 { continue }
            _ = signal(number) { number in
                // Both calls are among those that a handler may make. Then the signal does what it would have done, so that
                // whoever waits for the program sees it.
                if let path = pathForHandler { _ = unlink(path) }
                _ = signal(number, SIG_DFL)
                _ = raise(number)
            }
        }
    }

    /// Removes the file.
    func remove() {
        // A signal from here on must not remove what another server has made there.
        pathForHandler = nil
        _ = unlink(path)
    }
}

/// For the handler of signals, which can take no context: written before the handler is set.
nonisolated(unsafe) private var pathForHandler: UnsafeMutablePointer<CChar>?
