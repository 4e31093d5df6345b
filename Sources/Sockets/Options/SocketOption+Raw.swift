extension SocketOption where Value: FixedWidthInteger & BitwiseCopyable & Sendable {
    /// An option by its numbers whose value is an integer; the way to options that have no key of their own.
    ///
    /// ```swift
    /// let priority = try socket.get(.raw(level: 1, name: 12, as: CInt.self))
    /// ```
    ///
    /// - Parameters:
    ///   - level: The level, as `SOL_SOCKET`.
    ///   - name: The number of the option at that level.
    ///   - type: The type of the value in C, as `CInt.self` for an `int`.
    public static func raw(level: CInt, name: CInt, as type: Value.Type = Value.self) -> SocketOption {
        SocketOption(
            level, name, "option \(level)/\(name)",
            .bytes(
                capacity: Value.bitWidth / 8,
                encode: { value throws(OptionMisfit) in OptionBytes.store(value) },
                decode: { OptionBytes.load(Value.self, $0, at: 0) }))
    }
}

extension SocketOption where Value == Bool {
    /// An option by its numbers whose value is an `int` that is zero or not.
    ///
    /// - Parameters:
    ///   - level: The level, as `SOL_SOCKET`.
    ///   - name: The number of the option at that level.
    ///   - type: `Bool.self`.
    public static func raw(level: CInt, name: CInt, as type: Bool.Type = Bool.self) -> SocketOption {
        SocketOption(level, name, "option \(level)/\(name)", .flag)
    }
}

extension SocketOption where Value == [UInt8] {
    /// An option by its numbers whose value is bytes, whatever they mean.
    ///
    /// ```swift
    /// let name = try socket.get(.raw(level: 6, name: 13, capacity: 16))    // TCP_CONGESTION
    /// ```
    ///
    /// - Parameters:
    ///   - level: The level, as `SOL_SOCKET`.
    ///   - name: The number of the option at that level.
    ///   - capacity: How many bytes reading offers to the kernel, which may answer with fewer; at most 16 MiB.
    public static func raw(level: CInt, name: CInt, capacity: Int = 1024) -> SocketOption {
        SocketOption(
            level, name, "option \(level)/\(name)",
            .bytes(
                capacity: min(max(0, capacity), 1 << 24), encode: { bytes throws(OptionMisfit) in bytes },
                decode: { $0 }))
    }
}
