import Sockets
import SystemPackage

/// What the tool says: results on standard output, everything about them on standard error.
enum Console {
    /// Nobody reads standard output any more.
    struct OutputClosed: Error {}

    /// What a person has to be told, and the library has no error for.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    /// A line is written as a whole, whichever thread it is from.
    private static let lock = Lock(())

    /// Makes sure that the numbers 0, 1 and 2 are taken: else a socket would get one of them, and be written to.
    static func prepare() {
        while let descriptor = try? FileDescriptor.open("/dev/null", .readWrite) {
            if descriptor.rawValue > 2 { return (try? descriptor.close()) ?? () }
        }
    }

    /// Prints a line of the result, at once also through a pipe.
    static func print(_ text: String) throws {
        try write(Array("\(text)\n".utf8)[...])
    }

    /// Writes bytes of the result as they are.
    static func write(_ bytes: ArraySlice<UInt8>) throws {
        try lock.withLock { _ in
            do {
                try FileDescriptor.standardOutput.writeAll(bytes)
            } catch Errno.brokenPipe {
                throw OutputClosed()
            } catch let errno as Errno {
                throw SocketError(nil, .init(rawValue: "write"), errno: errno, subject: "standard output")
            }
        }
    }

    /// Tells what goes on.
    static func note(_ text: String) {
        // When not even this can be written, nothing is left to be told.
        _ = lock.withLock { _ in try? FileDescriptor.standardError.writeAll("\(text)\n".utf8) }
    }

    /// Tells what went wrong, with the tool's name before it.
    static func complain(_ text: String) { note("sock: \(text)") }
}
