import Dispatch
import Sockets
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard input for tasks: it is waited for on a thread of its own, because a file, which epoll would not take, a pipe that
/// others have, too, and a terminal shall all stay as they are.
///
/// Nothing is read before it is asked for.
final class StandardInput: Sendable {
    private let queue = DispatchQueue(label: "standard input")
    /// Waits for standard input, and can be woken.
    private let selector: Selector<Void>
    private let isCancelled = Atomic(false)

    init() throws {
        selector = try Selector(backend: .poll)
        try selector.register(descriptor: .standardInput, for: .read)
    }

    /// Whether a person types.
    static var isTerminal: Bool { isatty(FileDescriptor.standardInput.rawValue) == 1 }

    /// Reads what there is, at most `count` bytes; `nil` at the end, and when the task is cancelled: then nothing has been
    /// read, and this reader does not read any more.
    func read(upTo count: Int) async throws -> [UInt8]? {
        // By way of a lock, because the thread sanitizer does not see what a continuation hands over that is resumed before
        // its task sleeps.
        let result = Lock<Result<[UInt8]?, any Error>>(.success(nil))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { [self] in
                    let read = Result { try readNow(upTo: count) }
                    result.withLock { $0 = read }
                    continuation.resume()
                }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .sequentiallyConsistent)
            selector.wakeUp()
        }
        return try result.withLock { $0 }.get()
    }

    /// Waits on the queue's thread.
    private func readNow(upTo count: Int) throws -> [UInt8]? {
        repeat {
            if isCancelled.load(ordering: .sequentiallyConsistent) { return nil }
        } while try selector.select().isEmpty
        if isCancelled.load(ordering: .sequentiallyConsistent) { return nil }
        do {
            let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                // The pointer is valid for the call, and the call knows the buffer's length.
                initialized = try FileDescriptor.standardInput.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            return bytes.isEmpty ? nil : bytes
        } catch let errno as Errno {
            throw SocketError(nil, .init(rawValue: "read"), errno: errno, subject: "standard input")
        }
    }
}

extension Console {
    /// Whether a person reads what is told on standard error.
    static var isTerminal: Bool { isatty(FileDescriptor.standardError.rawValue) == 1 }
}
