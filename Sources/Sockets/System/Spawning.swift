internal import CSockets
internal import Glibc

/// Starting programs; all strings are bytes without NUL.
enum Spawning {
    /// Starts a program with the descriptor as standard input and output; returns its number, or a negative errno.
    static func spawn(
        _ descriptor: CInt, _ program: [UInt8], _ arguments: [[UInt8]], environment: [[UInt8]]
    ) -> CInt {
        // All strings one behind the other, each with its NUL, and where each of them starts.
        var text: [UInt8] = []
        var starts: [Int] = []
        for string in [program] + arguments + environment {
            starts.append(text.count)
            text += string
            text.append(0)
        }
        // The pointers go into the one allocation, and live as long as the call; the program gets copies.
        return unsafe text.withUnsafeMutableBytes { text in
            guard let base = text.baseAddress else { return -EINVAL }
            var pointers = unsafe starts.map { start -> UnsafeMutablePointer<CChar>? in
                unsafe (base + start).assumingMemoryBound(to: CChar.self)
            }
            let first = unsafe pointers[0]
            unsafe pointers.insert(nil, at: 1 + arguments.count)
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { pointers in
                guard let list = pointers.baseAddress else { return -EINVAL }
                return unsafe csockets_spawn(descriptor, first, list, list + 2 + arguments.count)
            }
        }
    }

    /// The environment of this process, as `NAME=value`.
    static func environment() -> [[UInt8]] {
        var strings: [[UInt8]] = []
        // A list of strings that ends with NULL. Whoever changes the environment meanwhile races with every program.
        guard var next = unsafe csockets_environment() else { return [] }
        while let string = unsafe next.pointee {
            unsafe strings.append(
                Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(string), count: strlen(string))))
            unsafe next += 1
        }
        return strings
    }
}
