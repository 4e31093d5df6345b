import Sockets
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The bytes that the tool is given.
enum StandardInput {
    /// Reads some bytes into the buffer, and returns how many; 0 is the end.
    ///
    /// Blocks until there are some.
    static func read(into buffer: inout [UInt8]) throws -> Int {
        do {
            // The pointer is valid for the call, and the call knows the buffer's length.
            return try buffer.withUnsafeMutableBytes { try FileDescriptor.standardInput.read(into: $0) }
        } catch let errno as Errno {
            throw SocketError(nil, .init(rawValue: "read"), errno: errno, subject: "standard input")
        }
    }

    /// Whether a person types.
    static var isTerminal: Bool { isatty(FileDescriptor.standardInput.rawValue) == 1 }
}
