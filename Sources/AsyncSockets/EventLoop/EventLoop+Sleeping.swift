internal import CAsyncSockets
internal import Sockets

extension EventLoop {
    /// Waits for some time, on the loop whose thread this is or on the next shared one; goes on at once when the task is
    /// cancelled or the loop is stopped.
    ///
    /// Not by `Task.sleep`: for that, Dispatch opens descriptors when they are first needed, and ends the process when it
    /// cannot, which is just when a server without descriptors has to wait for some.
    package static func sleep(for time: Duration) async {
        let loop = current ?? EventLoops.shared.next()
        guard let watch = Watch(-1, on: loop) else { return await sleepElsewhere(time) }
        guard loop.begin(sleeping: watch) else {
            watch.free()
            return await sleepElsewhere(time)
        }
        let deadline = Deadline(after: time).nanoseconds
        // There is nothing to ask: it only waits.
        _ = watch.takeReady(.read)
        watch.setDeadline(.read, deadline)
        loop.arm(watch, .read, at: deadline)
        let record = unsafe UInt(bitPattern: watch.addCancellation(.read))
        await Wait(
            address: watch.address, direction: .read, flags: watch.isLocal ? Watch.localFlag : 0, record: record,
            deadline: deadline
        ).suspend()
        if let record = unsafe UnsafeMutableRawPointer(bitPattern: record) { unsafe casync_remove_cancellation(record) }
        loop.end(sleeping: watch)
    }

    /// Where no loop can be had.
    private static func sleepElsewhere(_ time: Duration) async { try? await Task.sleep(for: time) }
}
