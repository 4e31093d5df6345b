internal import Sockets

/// Carries bytes between two connections, both ways, until both directions have ended: the middle of every proxy.
///
/// ```swift
/// let upstream = try await AsyncSocket.connected(to: "example.org", port: 80)
/// let carried = try await relay(client, upstream)
/// print("\(carried.toSecond) bytes there, \(carried.toFirst) bytes back")
/// ```
///
/// Suspends until both have ended. What one side sends reaches the other in order, as fast as that one takes it and no faster. An end is passed on: when
/// one side ends sending, ``AsyncByteStream/finishWriting()`` is called on the other, and the way back stays open. The
/// relay is over when both directions have ended, when one operation fails, or when its task is cancelled or a deadline
/// passes; nothing of it lives on then.
///
/// It takes the two streams over and closes both of them when it is over, however it ends: bytes may have been received
/// on the one and not sent on the other, so nobody could go on with them. Nobody else may use them meanwhile.
///
/// - Parameters:
///   - first: One connection.
///   - second: The other one; it may be of another type.
/// - Returns: How many bytes were carried each way.
/// - Throws: ``RelayError`` with the first failure of the two streams, and what was carried until then.
@discardableResult
public func relay<First: AsyncByteStream, Second: AsyncByteStream>(
    _ first: First, _ second: Second
) async throws(RelayError<First.Failure, Second.Failure>) -> RelayedBytes {
    let relay = Relay(first, second)
    async let toFirst = relay.carryToFirst()
    let toSecond = await relay.carryToSecond()
    let carried = RelayedBytes(toFirst: await toFirst, toSecond: toSecond)
    relay.close()
    if let reason = relay.failure.withLock({ $0 }) { throw RelayError(reason: reason, carried: carried) }
    return carried
}

/// Two connections, and the first failure between them.
private final class Relay<First: AsyncByteStream, Second: AsyncByteStream>: Sendable {
    typealias Reason = RelayError<First.Failure, Second.Failure>.Reason

    let first: First
    let second: Second
    let failure = Lock<Reason?>(nil)

    init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    func close() {
        first.close()
        second.close()
    }

    func carryToFirst() async -> Int {
        await carry(from: second, { .second($0) }, to: first, { .first($0) })
    }

    func carryToSecond() async -> Int {
        await carry(from: first, { .first($0) }, to: second, { .second($0) })
    }

    /// Notes a failure, unless the other direction had one before, and closes both streams, which ends the other direction.
    private func fail(_ reason: Reason) {
        failure.withLock { if $0 == nil { $0 = reason } }
        close()
    }

    /// One direction, up to its end or a failure; returns how many bytes arrived.
    private func carry<Source: AsyncByteStream, Target: AsyncByteStream>(
        from source: Source, _ sourceFailed: (Source.Failure) -> Reason,
        to target: Target, _ targetFailed: (Target.Failure) -> Reason
    ) async -> Int {
        var carried = 0
        var bytes: [UInt8] = []
        var size = RelaySize()
        // Two sockets' bytes need not come into the program.
        var sockets = (source as? AsyncSocket).flatMap { source in (target as? AsyncSocket).map { (source, $0) } }
        if let (from, to) = sockets, from.type != .stream || to.type != .stream { sockets = nil }
        while true {
            let came: Int
            do {
                came = try await source.receive(upTo: size.wanted, appendingTo: &bytes)
            } catch {
                fail(sourceFailed(error))
                return carried
            }
            do {
                if came == 0 {
                    try await target.finishWriting()
                    return carried
                }
                var sent = 0
                while sent < bytes.count {
                    let count = try await target.send(bytes.span.extracting(droppingFirst: sent))
                    sent += count
                    carried += count
                }
            } catch {
                fail(targetFailed(error))
                return carried
            }
            size.came(came)
            if size.isLarge, let (from, to) = sockets {
                bytes = []
                do throws(SocketError) {
                    carried += Int(clamping: try await from.spliceWhatCame(to: to))
                } catch {
                    carried += error.bytesTransferred ?? 0
                    if error.code == .tooManyDescriptors
                        || error.code == .invalidArgument && error.operation == .receive
                    {
                        // None is left for a pipe, or this kind of socket cannot be spliced from: copying needs neither.
                        sockets = nil
                    } else if error.operation == .receive, let error = error as? Source.Failure {
                        fail(sourceFailed(error))
                        return carried
                    } else if let error = error as? Target.Failure {
                        fail(targetFailed(error))
                        return carried
                    }
                }
                continue
            }
            // After a short piece a wait is likely; it shall hold no memory.
            bytes.removeAll(keepingCapacity: size.isFlowing)
        }
    }
}

/// How much to receive at once: little for conversations, more while pieces come full.
struct RelaySize {
    private(set) var wanted = 4096
    /// Whether the last piece was full, so that more is there probably.
    private(set) var isFlowing = false
    /// Whether pieces of the largest size came full.
    var isLarge: Bool { isFlowing && wanted == Self.most }
    private static let most = 1 << 17

    mutating func came(_ count: Int) {
        isFlowing = count >= wanted
        if isFlowing {
            wanted = min(wanted * 2, Self.most)
        } else if count < wanted / 4 {
            wanted = max(4096, wanted / 2)
        }
    }
}
