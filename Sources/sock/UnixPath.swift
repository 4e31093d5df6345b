import Foundation
import Sockets
import SystemPackage

/// The file that a socket bound to a Unix path has made: the kernel leaves it there when the socket is closed.
struct UnixPath {
    private let path: FilePath
    private let signals: [any DispatchSourceSignal]

    /// The path of a bound socket, removed also when the program is ended by Ctrl-C or SIGTERM; nil for other sockets.
    init?(of socket: Socket) {
        guard let path = try? socket.localAddress.unixAddress?.path else { return nil }
        self.path = path
        signals = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                Self.remove(path)
                // End as if nothing had been done, so that whoever waits sees the signal; and if it is blocked, anyway.
                signal(number, SIG_DFL)
                kill(getpid(), number)
                usleep(100_000)
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    /// Removes the file.
    func remove() {
        Self.remove(path)
        for signal in signals { signal.cancel() }
    }

    private static func remove(_ path: FilePath) {
        try? FileManager.default.removeItem(atPath: path.string)
    }
}
