internal import CSockets
internal import Glibc
public import SystemPackage

/// Waits for many sockets and descriptors at once, and tells which of them are ready.
///
/// Each registration carries a value of the caller's, such as the connection's state or a closure:
///
/// ```swift
/// let selector = try Selector<Connection>()
/// try selector.register(socket, for: .read, data: connection)
/// while true {
///     for event in try selector.select() {
///         if event.ready.contains(.read) { event.key.data.receive() }
///     }
/// }
/// ```
///
/// All methods may be called from any thread, also while another one is in ``select(timeout:)``: what they change holds
/// for it at once. One thread at a time selects.
///
/// A selector keeps its sockets alive. A socket that is closed while it is registered, by whichever thread, is taken out in
/// the same moment: the connection ends at once, and the next ``select(timeout:)`` (or the one that waits) reports it a
/// last time as ``Readiness/closed``. A socket that is registered cannot be detached. So an event never belongs to
/// another file that got the same number later. Plain descriptors are the caller's: unregister them before closing. Python's
/// names are `selectors.DefaultSelector`, `EpollSelector` and `PollSelector`.
public final class Selector<UserData: Sendable>: Sendable {
    /// The mechanism of the kernel that is used.
    public let kind: SelectorKind

    /// A registration: what is watched, for what, and the caller's value with it.
    public struct Key: Sendable {
        /// The socket, where one is registered.
        public let socket: Socket?
        /// The descriptor, where a plain one is registered.
        public let descriptor: FileDescriptor?
        /// What is waited for.
        public internal(set) var interest: Interest
        /// How often it is reported.
        public internal(set) var mode: TriggerMode
        /// The caller's value.
        public internal(set) var data: UserData
    }

    /// A registration that is ready.
    public struct Event: Sendable {
        /// The registration, as it was when the event was taken.
        public let key: Key
        /// What it is ready for.
        public let ready: Readiness
    }

    /// By what a registration is found; the selector holds the socket, so that its identity is not used again.
    enum Source: Hashable {
        case socket(ObjectIdentifier)
        case descriptor(CInt)
    }

    struct Registration {
        var key: Key
        let source: Source
        let number: CInt
        /// The stay inside the socket's descriptor, during which its number cannot be given back.
        let entry: Descriptor.Entry?
        /// A one-shot registration that has been reported waits for being modified.
        var isArmed = true
        /// Whether the backend has it.
        var isAdded = false
    }

    struct State {
        var backend: any SelectorBackend
        var registrations: [UInt64: Registration] = [:]
        var tokens: [Source: UInt64] = [:]
        /// Never used twice: an event with the token of an old registration belongs to nobody.
        var nextToken: UInt64 = 1
        /// Closed, and not reported yet.
        var closed: [(token: UInt64, key: Key)] = []
        var isWokenUp = false
        var isSelecting = false
        var isClosed = false
        /// Tokens without registration among the last events.
        var strays: Set<UInt64> = []
    }

    let state: Lock<State>
    /// Wakes the thread that selects; its token is 0.
    let wake: CInt

    /// Makes a selector.
    ///
    /// - Parameter backend: The mechanism of the kernel.
    /// - Throws: ``SocketError`` with ``SocketError/Code/tooManyDescriptors``.
    public init(backend: SelectorKind = .epoll) throws(SocketError) {
        let made: any SelectorBackend
        switch backend {
        case .epoll:
            let (epoll, result) = EpollSelector.make()
            guard let epoll else { throw SocketError(.select, result: result, subject: "epoll") }
            made = epoll
        case .poll:
            made = PollSelector()
        }
        let wake = csockets_eventfd()
        guard wake >= 0 else {
            made.end()
            throw SocketError(.select, result: wake, subject: "eventfd")
        }
        var ready = made
        let result = ready.add(wake, token: 0, .read, [])
        guard result >= 0 else {
            ready.end()
            _ = csockets_close(wake)
            throw SocketError(.select, result: result, subject: "eventfd")
        }
        self.kind = backend
        self.wake = wake
        self.state = Lock(State(backend: ready))
    }

    deinit { close() }

    // MARK: Asking

    /// All registrations, in no order.
    public var keys: [Key] { state.withLock { $0.registrations.values.map(\.key) } }

    /// How many registrations there are.
    public var count: Int { state.withLock { $0.registrations.count } }

    /// The registration of a socket; `nil` when there is none.
    public func key(for socket: Socket) -> Key? { key(.socket(ObjectIdentifier(socket))) }

    /// The registration of a descriptor; `nil` when there is none.
    public func key(for descriptor: FileDescriptor) -> Key? { key(.descriptor(descriptor.rawValue)) }

    private func key(_ source: Source) -> Key? {
        state.withLock { state in state.tokens[source].flatMap { state.registrations[$0]?.key } }
    }

    /// Whether the selector has been closed.
    public var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: Waking and closing

    /// Makes the ``select(timeout:)`` that waits return; if none waits, the next one returns at once.
    ///
    /// May be called from any thread. Several calls before the next return count as one.
    public func wakeUp() {
        state.withLock { state in
            state.isWokenUp = true
            signal(&state)
        }
    }

    /// Signals the event counter; under the lock, because closing gives its number back.
    func signal(_ state: inout State) {
        if !state.isClosed { _ = csockets_eventfd_signal(wake) }
    }

    /// Lets all registrations go and frees the selector; closing twice is no mistake.
    ///
    /// The sockets stay open. A thread that waits in ``select(timeout:)`` wakes with ``SocketError/Code/closed``.
    public func close() {
        let left = state.withLock { state -> [UInt64: Registration] in
            if state.isClosed { return [:] }
            if state.isSelecting { signal(&state) }
            state.isClosed = true
            if !state.isSelecting { free(&state) }
            let left = state.registrations
            state.registrations = [:]
            state.tokens = [:]
            state.closed = []
            return left
        }
        for (token, registration) in left { letGo(registration, token) }
    }

    /// Gives the kernel's objects back; nobody waits with them.
    func free(_ state: inout State) {
        state.backend.end()
        _ = csockets_close(wake)
    }

    /// Leaves the socket of a registration that is in the table no more.
    func letGo(_ registration: Registration, _ token: UInt64) {
        guard let socket = registration.key.socket, let entry = registration.entry else { return }
        WakeUps.shared.unwatch(registration.number, self, token: token)
        socket.descriptor.leave(entry)
    }
}

extension Selector: ClosingWatcher {
    func descriptorWasClosed(_ token: UInt64) {
        let registration = state.withLock { state -> Registration? in
            guard let registration = remove(token, &state) else { return nil }
            state.closed.append((token, registration.key))
            signal(&state)
            return registration
        }
        if let registration { letGo(registration, token) }
    }

    /// Takes a registration out of the table and the backend.
    func remove(_ token: UInt64, _ state: inout State) -> Registration? {
        guard let registration = state.registrations.removeValue(forKey: token) else { return nil }
        state.tokens[registration.source] = nil
        // A plain descriptor that was closed before is gone there already, which is no mistake.
        if registration.isAdded { _ = state.backend.remove(registration.number, token: token) }
        return registration
    }
}
