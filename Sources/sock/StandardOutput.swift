import Dispatch

/// Standard output for tasks: writing waits on a thread of its own while whoever reads the output is slow.
struct StandardOutput: Sendable {
    private let queue = DispatchQueue(label: "standard output")

    /// Writes all the bytes.
    func write(_ bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try Console.write(bytes[...]) }) }
        }
    }
}
