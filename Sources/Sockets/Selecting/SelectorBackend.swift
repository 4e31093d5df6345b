/// The seam between ``Selector`` and the kernel's mechanisms.
///
/// A backend is a value: the selector changes its own under its lock, and the thread that selects waits on a copy without
/// the lock. Results below zero are negative errnos.
protocol SelectorBackend: Sendable {
    /// The modes that the mechanism has. ``TriggerMode/oneShot`` need not be among them: the selector does it then.
    var modes: TriggerMode { get }
    /// Whether a thread that waits on a copy has to be woken, for a change to reach it.
    var needsWakeUpAfterChange: Bool { get }
    /// Whether adding a number that is registered fails when it still means the same file, and only then.
    var knowsFiles: Bool { get }

    mutating func add(_ number: CInt, token: UInt64, _ interest: Interest, _ mode: TriggerMode) -> CInt
    mutating func modify(_ number: CInt, token: UInt64, _ interest: Interest, _ mode: TriggerMode) -> CInt
    mutating func remove(_ number: CInt, token: UInt64) -> CInt

    /// Appends what is ready, and waits until something is. Returns how much was appended; 0 when the time ran out.
    func wait(_ ready: inout [ReadyDescriptor], nanoseconds: Int64) -> CInt

    /// A new backend without registrations, where this one may have some that cannot be named any more; else `nil`.
    func fresh() -> (any SelectorBackend)?

    /// Gives up what the backend holds. Nobody waits any more.
    func end()
}

/// What the kernel says of one registration.
struct ReadyDescriptor {
    let token: UInt64
    let bits: UInt32
}
