import Dispatch
import Sockets
import TestSupport
import Testing

@testable import AsyncSockets

/// Lookups that wait for the test; each tells when it has begun.
final class HeldLookups: Sendable {
    let begun: AsyncStream<AddressInfo.Query>
    private let continuation: AsyncStream<AddressInfo.Query>.Continuation
    private let gates = Lock<[AddressFamily: DispatchSemaphore]>([:])
    private let held: Set<AddressFamily>

    /// Holds the lookups of these families.
    init(_ held: Set<AddressFamily>) {
        (begun, continuation) = AsyncStream.makeStream()
        self.held = held
    }

    private func gate(_ family: AddressFamily) -> DispatchSemaphore {
        gates.withLock { gates in
            if let gate = gates[family] { return gate }
            let gate = DispatchSemaphore(value: 0)
            gates[family] = gate
            return gate
        }
    }

    func release(_ family: AddressFamily, times: Int = 1) {
        for _ in 0..<times { gate(family).signal() }
    }

    func look(_ query: AddressInfo.Query) -> Result<[ResolvedAddress], ResolverError> {
        continuation.yield(query)
        if held.contains(query.family) { gate(query.family).wait() }
        let address: SocketAddress =
            query.family == .ipv6 ? .loopbackIPv6(port: 0) : .ipv4(IPv4Address(192, 0, 2, 1), port: 0)
        return .success([ResolvedAddress(address: address, type: .stream, protocol: .tcp)])
    }
}

@Suite(.timeLimit(.minutes(1))) struct SystemResolverTests {
    private typealias Lookups = SharedLookups<AddressInfo.Query, [ResolvedAddress]>

    /// Answers as they come, and the error at the end.
    private static func answers(
        _ resolver: some AsyncResolver, _ query: ResolverQuery
    ) -> AsyncStream<Result<ResolverAnswer, ResolverError>> {
        AsyncStream { continuation in
            let task = Task {
                do throws(ResolverError) {
                    try await resolver.resolve(query) { continuation.yield(.success($0)) }
                } catch {
                    continuation.yield(.failure(error))
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    @Test(arguments: [AddressFamily.ipv6, .ipv4])
    func `a family that has its answer does not wait for the other`(slow: AddressFamily) async throws {
        let lookups = HeldLookups([slow])
        let resolver = SystemResolver(Lookups(), lookups.look)
        var stream = Self.answers(resolver, ResolverQuery(host: "host.example", port: 80)).makeAsyncIterator()
        let first = try #require(try await stream.next()?.get())
        #expect(first.family != slow)
        #expect(first.addresses.first?.port == 80)
        lookups.release(slow)
        let second = try #require(try await stream.next()?.get())
        #expect(second.family == slow)
        #expect(await stream.next() == nil)
    }

    @Test func `a task that is cancelled goes on at once, and the lookup ends by itself`() async throws {
        let lookups = HeldLookups([.ipv6, .ipv4])
        let threads = ResolverThreads(limit: 4)
        let shared = Lookups(threads: threads)
        let resolver = SystemResolver(shared, lookups.look)
        let task = Task {
            try await resolver.resolve(ResolverQuery(host: "host.example", port: 80)) { answer in
                #expect(answer.error?.code == .cancelled)
            }
        }
        var begun = lookups.begun.makeAsyncIterator()
        _ = await begun.next()
        _ = await begun.next()
        task.cancel()
        let error = await #expect(throws: ResolverError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.description == "resolve host.example: request canceled (EAI_CANCELED)")
        #expect(threads.running == 2 && shared.count == 2)
        lookups.release(.ipv6)
        lookups.release(.ipv4)
        while threads.running > 0 { await Task.yield() }
        #expect(shared.count == 0)
    }

    @Test func `a task that is cancelled before it asks does not ask`() async throws {
        let lookups = HeldLookups([])
        let resolver = SystemResolver(Lookups(), lookups.look)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await resolver.resolve(ResolverQuery(host: "host.example", port: 80)) { _ in }
        }
        task.cancel()
        let error = await #expect(throws: ResolverError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `tasks that ask for the same share one lookup, whatever the port`() async throws {
        let lookups = HeldLookups([.ipv4])
        let shared = Lookups(threads: ResolverThreads(limit: 1))
        let resolver = SystemResolver(shared, lookups.look)
        let ports = Lock<Set<Port>>([])
        await withDiscardingTaskGroup { group in
            for port in 1...100 {
                group.addTask {
                    let query = ResolverQuery(host: "host.example", port: Port(UInt16(port)), family: .ipv4)
                    try? await resolver.resolve(query) { answer in
                        ports.withLock { $0.formUnion(answer.addresses.compactMap(\.port)) }
                    }
                }
            }
            var begun = lookups.begun.makeAsyncIterator()
            _ = await begun.next()
            // Those that come later than the answer look up again.
            lookups.release(.ipv4, times: 100)
        }
        #expect(ports.withLock { $0.count } == 100)
        #expect(shared.count == 0)
    }

    @Test func `what nobody wants any more is not begun`() async throws {
        let threads = ResolverThreads(limit: 1)
        let shared = SharedLookups<Int, Int>(threads: threads)
        let release = DispatchSemaphore(value: 0)
        let (begun, signal) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await shared.value(for: 0) {
                signal.yield()
                release.wait()
                return 0
            }
        }
        for await _ in begun { break }
        let wasBegun = Lock(0)
        // More than the queue holds before it is looked through.
        let tasks = (1...200).map { key in
            Task {
                try await shared.value(for: key) {
                    wasBegun.withLock { $0 += 1 }
                    return key
                }
            }
        }
        while shared.count < 201 { await Task.yield() }
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: ResolverError.self) { try await task.value } }
        #expect(shared.count == 1)
        // A new one for the same key is another lookup.
        let again = Task { try await shared.value(for: 7) { 77 } }
        while shared.count < 2 { await Task.yield() }
        #expect(threads.running == 1)
        release.signal()
        #expect(try await first.value == 0)
        #expect(try await again.value == 77)
        #expect(wasBegun.withLock { $0 } == 0)
        #expect(shared.count == 0)
    }

    @Test func `of two tasks with one lookup the other goes on when one is cancelled`() async throws {
        let shared = SharedLookups<Int, Int>(threads: ResolverThreads(limit: 1))
        let release = DispatchSemaphore(value: 0)
        let tasks = (0..<2).map { _ in
            Task {
                try await shared.value(for: 1) {
                    release.wait()
                    return 5
                }
            }
        }
        while shared.count < 1 { await Task.yield() }
        tasks[0].cancel()
        await #expect(throws: ResolverError.self) { try await tasks[0].value }
        release.signal()
        release.signal()
        #expect(try await tasks[1].value == 5)
    }

    @Test func `many tasks, cancelled at any moment`() async throws {
        let threads = ResolverThreads(limit: 3)
        let shared = SharedLookups<Int, Int>(threads: threads)
        let ends = Lock(0)
        await withDiscardingTaskGroup { group in
            for number in 0..<2000 {
                group.addTask {
                    let task = Task {
                        try await shared.value(for: number % 37) { number % 37 }
                    }
                    if Bool.random() { await Task.yield() }
                    if Bool.random() { task.cancel() }
                    switch await task.result {
                    case .success(let value): #expect(value == number % 37)
                    case .failure(let error): #expect((error as? ResolverError)?.code == .cancelled)
                    }
                    ends.withLock { $0 += 1 }
                }
            }
        }
        #expect(ends.withLock { $0 } == 2000)
        while threads.running > 0 { await Task.yield() }
        #expect(shared.count == 0)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80", AddressFamily.unspecified), ("::1", "[::1]:80", .ipv6),
        ("fe80::1%lo", "[fe80::1%lo]:80", .ipv6),
    ])
    func `addresses as text need nobody`(host: String, expected: String, family: AddressFamily) async throws {
        let resolver = SystemResolver(Lookups()) { query in
            Issue.record("\(query.host ?? "") was looked up")
            return .success([])
        }
        let texts = Lock<[String]>([])
        try await resolver.resolve(ResolverQuery(host: host, port: 80, family: family)) { answer in
            texts.withLock { $0 += answer.addresses.map(\.description) }
        }
        #expect(texts.withLock { $0 } == [expected])
    }

    @Test(arguments: ["127.1", "", "a\0b", "[::1]", "1::2::3", "0x7f.1"])
    func `text that is no name is refused without asking`(host: String) async {
        let resolver = SystemResolver(Lookups()) { query in
            Issue.record("\(query.host ?? "") was looked up")
            return .success([])
        }
        let error = await #expect(throws: ResolverError.self) {
            try await resolver.resolve(ResolverQuery(host: host, port: 80)) { #expect($0.error != nil) }
        }
        #expect(error?.code == .nameNotFound && error?.hint != nil)
    }

    @Test(arguments: ["localhost", "LOCALHOST.", "web.localhost"])
    func `for this machine's own name there is one query`(host: String) async throws {
        let queries = Lock<[AddressInfo.Query]>([])
        let resolver = SystemResolver(Lookups()) { query in
            queries.withLock { $0.append(query) }
            return .failure(ResolverError(.nameNotFound, host: query.host))
        }
        await #expect(throws: ResolverError.self) {
            try await resolver.resolve(ResolverQuery(host: host, port: 80)) { #expect($0.family == .unspecified) }
        }
        #expect(queries.withLock { $0.map(\.family) } == [.unspecified])
    }

    @Test func `of two errors the one that says most`() async {
        let cases: [(ResolverError.Code, ResolverError.Code, ResolverError.Code)] = [
            (.noData, .again, .again), (.again, .noData, .again),
            (.nameNotFound, .nameNotFound, .nameNotFound), (.nameNotFound, .noData, .noData), (.fail, .noData, .fail),
        ]
        for (ipv6, ipv4, expected) in cases {
            let resolver = SystemResolver(Lookups()) { query in
                .failure(ResolverError(query.family == .ipv6 ? ipv6 : ipv4, host: query.host))
            }
            let families = Lock<[AddressFamily]>([])
            let error = await #expect(throws: ResolverError.self) {
                try await resolver.resolve(ResolverQuery(host: "host.example", port: 1)) { answer in
                    families.withLock { $0.append(answer.family) }
                }
            }
            #expect(error?.code == expected)
            #expect(Set(families.withLock { $0 }) == [.ipv6, .ipv4])
        }
    }

    @Test func `lookups that hang do not hold up other tasks`() async throws {
        let lookups = HeldLookups([.ipv6, .ipv4])
        let resolver = SystemResolver(Lookups(threads: ResolverThreads(limit: 16)), lookups.look)
        // More than there are threads for tasks.
        let tasks = (0..<8).map { number in
            Task { try? await resolver.resolve(ResolverQuery(host: "host\(number).example", port: 1)) { _ in } }
        }
        var begun = lookups.begun.makeAsyncIterator()
        for _ in 0..<16 { _ = await begun.next() }
        for number in 0..<100 { #expect(await Task { number }.value == number) }
        lookups.release(.ipv6, times: 8)
        lookups.release(.ipv4, times: 8)
        for task in tasks { await task.value }
    }

    // MARK: The functions of Resolver

    @Test func `the functions for tasks answer as those that block do`() async throws {
        let blocking = Background {
            (
                try Resolver.resolve("localhost", port: 80), try Resolver.resolve("127.0.0.1", service: "http"),
                try Resolver.addresses(of: "localhost"), try Resolver.canonicalName(of: "localhost"),
                try Resolver.name(of: .loopback(port: 80)).host, try Resolver.hostName(of: .v4(.loopback)),
                Resolver.fullyQualifiedName(of: "localhost"), try Resolver.host(named: "localhost"),
                try Resolver.host(at: .v4(.loopback))
            )
        }
        let expected = try await Task.detached { try blocking.join() }.value
        #expect(try await Resolver.resolve("localhost", port: 80) == expected.0)
        #expect(try await Resolver.resolve("127.0.0.1", service: "http") == expected.1)
        #expect(try await Resolver.addresses(of: "localhost") == expected.2)
        #expect(try await Resolver.canonicalName(of: "localhost") == expected.3)
        #expect(try await Resolver.name(of: .loopback(port: 80)).host == expected.4)
        #expect(try await Resolver.name(of: .loopback(port: 80)).service == "http")
        #expect(try await Resolver.hostName(of: .v4(.loopback)) == expected.5)
        #expect(await Resolver.fullyQualifiedName(of: "localhost") == expected.6)
        #expect(try await Resolver.host(named: "localhost") == expected.7)
        #expect(try await Resolver.host(at: .v4(.loopback)) == expected.8)
        #expect(try await Resolver.host(named: "127.0.0.1").addresses == [.v4(.loopback)])
    }

    @Test func `their errors name what was asked for`() async throws {
        let name = await #expect(throws: ResolverError.self) { try await Resolver.resolve("127.1", port: 80) }
        #expect(name?.code == .nameNotFound && name?.host == "127.1")
        let service = await #expect(throws: ResolverError.self) {
            try await Resolver.resolve("127.0.0.1", service: "no-such-service")
        }
        #expect(service?.code == .service)
        let family = await #expect(throws: ResolverError.self) { try await Resolver.host(named: "::1") }
        #expect(family?.code == .addressFamily)
        let nothing = await #expect(throws: ResolverError.self) { try await Resolver.resolve(nil, service: nil) }
        #expect(nothing?.code == .nameNotFound)
        let unix = await #expect(throws: ResolverError.self) {
            try await Resolver.name(
                of: .ipv4(IPv4Address(192, 0, 2, 255), port: 1), flags: [.numericHost, .nameRequired])
        }
        #expect(unix?.code == .nameNotFound)
        let cancelled = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await Resolver.host(at: .v4(IPv4Address(192, 0, 2, 254)))
        }
        cancelled.cancel()
        let error = await #expect(throws: ResolverError.self) { try await cancelled.value }
        #expect(error?.code == .cancelled && error?.host == "192.0.2.254")
    }
}
