import CSockets
import Foundation
import Glibc
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
    /// The end of its input that is ours; -1 once it is closed.
    private let input: Lock<Int32>
    /// The process's number.
    public let identifier: Int32
    /// Its exit status, or the number of the signal that ended it; with the condition.
    private let status = Lock<Int32?>(nil)

    /// Starts a program, found on the PATH.
    ///
    /// By posix_spawn: Foundation's `Process` reads beyond the entries of `/proc/self/fd`, and its `FileHandle` ends the
    /// process at a signal.
    public init(_ name: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        var ends: [Int32] = []
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            // Closed on exec from the start, so that no other program can hold them open.
            guard pipe2(&pair, O_CLOEXEC) == 0 else { throw Failed(message: "no pipe: errno \(errno)") }
            ends += pair
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[3], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[5], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of tests may have signals blocked, or ignored.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = ["env", name] + arguments
        let surroundings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        let argv = words.map { strdup($0) } + [nil]
        let envp = surroundings.map { strdup($0) } + [nil]
        defer { for string in argv + envp { free(string) } }
        var number: pid_t = 0
        let result = posix_spawn(&number, "/usr/bin/env", &actions, &attributes, argv, envp)
        for end in [ends[0], ends[3], ends[5]] { close(end) }
        guard result == 0 else {
            for end in [ends[1], ends[2], ends[4]] { close(end) }
            throw Failed(message: "'\(name)' cannot be started: errno \(result)")
        }
        let child = number
        let (out, err) = (ends[2], ends[4])
        identifier = child
        input = Lock(ends[1])
        Thread.detachNewThread { [self] in
            Self.read(out) { bytes in
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
            }
        }
        Thread.detachNewThread { [self] in
            Self.read(err) { bytes in errors.withLock { $0 += bytes } }
        }
        Thread.detachNewThread { [self] in
            // It is left in the table until nobody can send it a signal any more: the number stays its own.
            var end = siginfo_t()
            while waitid(P_PID, id_t(child), &end, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            condition.lock()
            var info: Int32 = 0
            while waitpid(child, &info, 0) < 0, errno == EINTR {}
            // As a shell has it: the status, or the signal's number.
            status.withLock { $0 = info & 0x7F == 0 ? info >> 8 & 0xFF : info & 0x7F }
            condition.broadcast()
            condition.unlock()
        }
    }

    deinit { input.withLock { if $0 >= 0 { close($0) } } }

    /// Reads to the end, for which it gives an empty array, and closes.
    private static func read(_ end: Int32, _ body: ([UInt8]) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(end, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            body(Array(buffer[..<max(0, count)]))
            if count <= 0 { break }
        }
        close(end)
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
        // A program that has gone is an error, not a signal.
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer {
            var none = timespec()
            while sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        try input.withLock { input in
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Failed(message: "its input cannot be written: errno \(errno)") }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Ends its input.
    public func endInput() throws {
        input.withLock { input in
            if input >= 0 { close(input) }
            input = -1
        }
    }

    /// What it wrote to its error output so far.
    public var errorText: String { errors.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Waits for its end, and returns its exit status.
    @discardableResult
    public func wait(within seconds: Double = 30) throws -> Int32 {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let status = status.withLock({ $0 }) { return status }
            if !condition.wait(until: limit) {
                kill(identifier, SIGKILL)
                throw Failed(message: "the program did not end; it said: \(errorText)")
            }
        }
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
        // Its number is its own until it has been waited for.
        condition.lock()
        defer { condition.unlock() }
        if status.withLock({ $0 == nil }) { kill(identifier, SIGTERM) }
    }

    /// Why talking with a program failed.
    public struct Failed: Error, CustomStringConvertible {
        /// What happened.
        public let message: String
        /// What happened.
        public var description: String { message }
    }
}
