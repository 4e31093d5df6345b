import Foundation
import Sockets

/// Another program at the other end of a conversation: python3, socat, nc, openssl and others.
///
///     let peer = try Program.python("import socket; …; print(port, flush=True)")
///     let port = try peer.line()
///     …
///     #expect(try peer.wait() == 0)
public final class Program: Sendable {
    private struct Output {
        var lines: [String] = []
        var partial: [UInt8] = []
        var isAtEnd = false
    }

    private let output = Lock(Output())
    private let errors = Lock<[UInt8]>([])
    private let condition = NSCondition()
    private let process: Process
    private let input: FileHandle
    private let ended = DispatchSemaphore(value: 0)

    /// Held from making the pipes until they are marked: a program that another test starts in between would inherit
    /// them, and keep this one from ever seeing the end of its input.
    private static let starting = NSLock()

    /// Starts a program, found on the PATH.
    public init(_ name: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        Self.starting.lock()
        defer { Self.starting.unlock() }
        let out = Pipe()
        let err = Pipe()
        let `in` = Pipe()
        for handle in [out, err, `in`].flatMap({ [$0.fileHandleForReading, $0.fileHandleForWriting] }) {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        process.standardOutput = out
        process.standardError = err
        process.standardInput = `in`
        input = `in`.fileHandleForWriting
        let ended = ended
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        Thread.detachNewThread { [self] in
            while true {
                let bytes = out.fileHandleForReading.availableData
                condition.lock()
                output.withLock { output in
                    if bytes.isEmpty { output.isAtEnd = true }
                    for byte in bytes {
                        if byte == 10 {
                            output.lines.append(String(decoding: output.partial, as: UTF8.self))
                            output.partial = []
                        } else {
                            output.partial.append(byte)
                        }
                    }
                    if output.isAtEnd, !output.partial.isEmpty {
                        output.lines.append(String(decoding: output.partial, as: UTF8.self))
                        output.partial = []
                    }
                }
                condition.broadcast()
                condition.unlock()
                if bytes.isEmpty { return }
            }
        }
        Thread.detachNewThread { [self] in
            while true {
                let bytes = err.fileHandleForReading.availableData
                if bytes.isEmpty { return }
                errors.withLock { $0 += bytes }
            }
        }
    }

    /// Starts python3 with a script.
    public static func python(_ script: String, _ arguments: String...) throws -> Program {
        try Program("python3", ["-u", "-c", script] + arguments)
    }

    /// Waits for the next line of its output.
    public func line(within seconds: Double = 20) throws -> String {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            let (line, isAtEnd) = output.withLock { output in
                (output.lines.isEmpty ? nil : output.lines.removeFirst(), output.isAtEnd)
            }
            if let line { return line }
            if isAtEnd { throw Failed(message: "the program ended without a line; it said: \(errorText)") }
            if !condition.wait(until: limit) { throw Failed(message: "no line came; the program said: \(errorText)") }
        }
    }

    /// Writes to its input.
    public func write(_ text: String) throws {
        try input.write(contentsOf: Data(text.utf8))
    }

    /// Ends its input.
    public func endInput() throws { try input.close() }

    /// What it wrote to its error output so far.
    public var errorText: String { errors.withLock { String(decoding: $0, as: UTF8.self) } }

    /// The process's number.
    public var identifier: Int32 { process.processIdentifier }

    /// Waits for its end, and returns its exit status.
    @discardableResult
    public func wait(within seconds: Double = 30) throws -> Int32 {
        guard ended.wait(timeout: .now() + seconds) == .success else {
            process.terminate()
            throw Failed(message: "the program did not end; it said: \(errorText)")
        }
        ended.signal()
        return process.terminationStatus
    }

    /// Waits for its end, and returns all the lines that were not read yet; throws when it failed.
    public func finish(within seconds: Double = 30) throws -> [String] {
        let status = try wait(within: seconds)
        guard status == 0 else { throw Failed(message: "exit status \(status): \(errorText)") }
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !output.withLock({ $0.isAtEnd }) {
            if !condition.wait(until: limit) { break }
        }
        return output.withLock { $0.lines }
    }

    /// Ends it with SIGTERM.
    public func terminate() {
        if process.isRunning { process.terminate() }
    }

    /// Why talking with a program failed.
    public struct Failed: Error, CustomStringConvertible {
        /// What happened.
        public let message: String
        /// What happened.
        public var description: String { message }
    }
}
