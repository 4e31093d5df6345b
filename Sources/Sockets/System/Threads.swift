internal import CSockets
internal import Glibc

/// Threads of the system: detached, named, with a small stack.
///
/// Foundation's would bring Foundation.
package enum Threads {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread; returns 0 or a negative errno, and the body is not called then.
    package static func start(_ name: String, stackSize: Int, _ body: @escaping @Sendable () -> Void) -> CInt {
        // The thread takes over the reference; it is given back here when there is no thread.
        let context = unsafe Unmanaged.passRetained(Body(body))
        let result = unsafe csockets_thread_start(
            max(0, stackSize), name,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            }, context.toOpaque())
        if result < 0 { unsafe context.release() }
        return result
    }

    /// Sleeps, where a call fails at once again and again and there is nothing to wait for.
    package static func pause(_ time: Duration) { csockets_pause(time.clampedNanoseconds) }
}
