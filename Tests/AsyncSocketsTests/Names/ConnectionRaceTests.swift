import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

@Suite(.timeLimit(.minutes(2))) struct ConnectionRaceTests {
    /// What an address does when it is connected to.
    enum Fate: Sendable {
        case connects(after: Duration)
        case refuses(after: Duration)
        case nothing
    }

    /// Connections of no kind, counted.
    final class Network: Sendable {
        private let fates: [SocketAddress: Fate]
        private let counts = Lock((open: 0, trying: 0, made: 0))

        init(_ fates: [SocketAddress: Fate]) { self.fates = fates }

        var open: Int { counts.withLock { $0.open } }
        var trying: Int { counts.withLock { $0.trying } }
        var made: Int { counts.withLock { $0.made } }

        func connect(_ address: SocketAddress) async throws(SocketError) -> SocketAddress {
            counts.withLock { $0.trying += 1 }
            defer { counts.withLock { $0.trying -= 1 } }
            do {
                switch fates[address] ?? .nothing {
                case .connects(let time):
                    if time > .zero { try await Task.sleep(for: time) }
                    counts.withLock { counts in
                        counts.open += 1
                        counts.made += 1
                    }
                    return address
                case .refuses(let time):
                    if time > .zero { try await Task.sleep(for: time) }
                case .nothing:
                    try await Task.sleep(for: .seconds(3600))
                }
            } catch {
                throw SocketError(.cancelled, .connect, address: address)
            }
            throw SocketError(nil, .connect, errno: .connectionRefused, address: address)
        }

        func close(_ address: SocketAddress) { counts.withLock { $0.open -= 1 } }

        /// Connects to `host.example`, or another host.
        func race(
            _ resolver: some AsyncResolver, host: String = "host.example", family: AddressFamily = .unspecified,
            delay: Duration = .milliseconds(10), limit: Duration? = nil
        ) async -> (result: Result<SocketAddress, SocketError>, report: ConnectionReport) {
            let query = ResolverQuery(host: host, port: 80, family: family)
            return await ConnectionRace(
                subject: query.description, query: query,
                pacing: ConnectionPacing(attemptDelay: delay, resolutionDelay: .milliseconds(20)),
                deadline: Deadline(after: limit),
                connect: { address throws(SocketError) in try await self.connect(address) },
                close: { self.close($0) }
            ).run(resolver)
        }
    }

    static let six = SocketAddress.loopbackIPv6(port: 80)
    static let four = SocketAddress.loopback(port: 80)
    static let other = SocketAddress.ipv4(IPv4Address(192, 0, 2, 1), port: 80)

    @Test func `the first that answers wins, and the report tells all`() async throws {
        let network = Network([Self.four: .connects(after: .zero)])
        let (result, report) = await network.race(ScriptedResolver(Self.six, Self.four, Self.other))
        #expect(try result.get() == Self.four)
        #expect(network.open == 1 && network.trying == 0)
        #expect(report.host == "host.example:80")
        #expect(report.attempts.map(\.address) == [Self.six, Self.four])
        #expect(report.attempts.map(\.outcome) == [.abandoned, .connected])
        #expect(report.connectedAddress == Self.four)
        let (first, second) = (report.attempts[0], report.attempts[1])
        #expect(second.start - first.start >= .milliseconds(10))
        #expect(first.duration >= .milliseconds(10) && first.start + first.duration <= report.duration)
        #expect(report.answers.map(\.family) == [.ipv6, .ipv4])
        #expect(report.answers.map(\.addresses) == [[Self.six], [Self.four, Self.other]])
        let lines = report.description.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("host.example:80: connected to 127.0.0.1:80 after "))
        #expect(lines[1].hasSuffix(" IPv6 addresses: [::1]:80"))
        #expect(lines[2].hasSuffix(" IPv4 addresses: 127.0.0.1:80, 192.0.2.1:80"))
        #expect(lines[3].contains(" [::1]:80: given up after "))
        #expect(lines[4].contains(" 127.0.0.1:80: connected after "))
    }

    @Test func `a refusal starts the next attempt at once`() async throws {
        let network = Network([Self.six: .refuses(after: .zero), Self.four: .connects(after: .zero)])
        let (result, report) = await network.race(ScriptedResolver(Self.six, Self.four), delay: .seconds(1000))
        #expect(try result.get() == Self.four)
        #expect(
            report.attempts.map(\.outcome).first
                == .failed(SocketError(nil, .connect, errno: .connectionRefused, address: Self.six)))
    }

    @Test func `when all fail, the error has all`() async {
        let network = Network([Self.six: .refuses(after: .zero), Self.four: .refuses(after: .milliseconds(1))])
        let (result, report) = await network.race(ScriptedResolver(Self.six, Self.four))
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.code == .connectionRefused && error.errno == .connectionRefused)
        #expect(error.subject == "host.example:80")
        #expect(error.attempts.map(\.address) == [Self.six, Self.four])
        #expect(error.connectionReport == report)
        #expect(report.connectedAddress == nil)
        #expect(error.description.hasPrefix("connect host.example:80: all 2 attempts failed; nobody listens there\n"))
        #expect(network.open == 0 && network.trying == 0)
    }

    @Test func `one address alone reads like one`() async {
        let network = Network([Self.four: .refuses(after: .zero)])
        let (result, _) = await network.race(ScriptedResolver(Self.four))
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.attempts == [])
        #expect(
            error.description
                == "connect host.example:80 (127.0.0.1:80): connection refused (ECONNREFUSED); nobody listens there")
    }

    @Test func `an address as text is connected to without a resolver`() async throws {
        let network = Network([Self.six: .connects(after: .zero), Self.four: .refuses(after: .zero)])
        let resolver = ScriptedResolver(steps: [], error: ResolverError(.fail))
        let (result, report) = await network.race(resolver, host: "::1")
        #expect(try result.get() == Self.six)
        #expect(report.answers == [] && report.attempts.map(\.outcome) == [.connected])
        let (refused, _) = await network.race(resolver, host: "127.0.0.1")
        guard case .failure(let error) = refused else { return #expect(Bool(false)) }
        #expect(error.description == "connect 127.0.0.1:80: connection refused (ECONNREFUSED); nobody listens there")
        #expect(error.connectionReport?.attempts.count == 1)
        let (wrong, _) = await network.race(resolver, host: "127.0.0.1", family: .ipv6)
        guard case .failure(let error) = wrong else { return #expect(Bool(false)) }
        #expect(error.code == .nameNotResolved && error.resolverError?.code == .addressFamily)
        #expect(resolver.queries.withLock { $0 } == [])
    }

    @Test func `names that cannot be resolved`() async {
        let network = Network([:])
        let cases: [(ScriptedResolver, ResolverError.Code)] = [
            (ScriptedResolver(steps: [], error: ResolverError(.nameNotFound, host: "host.example")), .nameNotFound),
            (ScriptedResolver(steps: []), .noData),
            (
                ScriptedResolver(steps: [
                    (.zero, ResolverAnswer(ResolverError(.noData), family: .ipv6)),
                    (.zero, ResolverAnswer(ResolverError(.again), family: .ipv4)),
                ]), .again
            ),
        ]
        for (resolver, code) in cases {
            let (result, report) = await network.race(resolver)
            guard case .failure(let error) = result else { return #expect(Bool(false)) }
            #expect(error.code == .nameNotResolved && error.resolverError?.code == code)
            #expect(error.subject == "host.example:80")
            #expect(report.attempts == [])
            #expect(resolver.queries.withLock { $0.map(\.host) } == ["host.example"])
        }
    }

    @Test func `the resolver fails for one family after the other has connected`() async throws {
        let network = Network([Self.four: .connects(after: .milliseconds(5))])
        let resolver = ScriptedResolver(
            steps: [(.zero, ResolverAnswer([Self.four], family: .ipv4))], error: ResolverError(.again))
        #expect(try await network.race(resolver).result.get() == Self.four)
    }

    // MARK: Time

    // On a loop's own thread, because other tests block those of the pool.

    @Test func `the limit ends the lookup`() async throws {
        let network = Network([:])
        let clock = ContinuousClock()
        let start = clock.now
        let (result, _) = try await onLoop {
            await network.race(ScriptedResolver(steps: [], isEndless: true), limit: .milliseconds(30))
        }
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.code == .timedOut && error.resolverError?.code == .timedOut)
        #expect(error.description == "connect host.example:80: the time limit passed")
        #expect(clock.now - start >= .milliseconds(30) && clock.now - start < .seconds(20))
    }

    @Test func `the limit ends the attempts`() async throws {
        let network = Network([Self.six: .refuses(after: .zero)])
        let (result, report) = try await onLoop {
            await network.race(
                ScriptedResolver(Self.six, Self.four, Self.other), delay: .seconds(1000), limit: .milliseconds(300))
        }
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.code == .timedOut)
        #expect(error.attempts.map(\.code) == [.connectionRefused, .timedOut])
        #expect(error.hint == "the time was over before the rest of the 3 addresses could be tried")
        #expect(report.attempts.map(\.outcome).last == .abandoned)
        #expect(network.trying == 0)
    }

    @Test func `the limit passes while the resolver could still answer`() async throws {
        let network = Network([Self.four: .refuses(after: .zero)])
        let resolver = ScriptedResolver(
            steps: [(.zero, ResolverAnswer([Self.four], family: .unspecified))], isEndless: true)
        let (result, _) = try await onLoop { await network.race(resolver, limit: .milliseconds(300)) }
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.code == .timedOut && error.attempts.map(\.code) == [.connectionRefused])
        #expect(error.hint?.contains("resolver") == true)
    }

    // MARK: Nothing is left behind

    @Test func `a thousand races leave one connection each`() async throws {
        // All connect in the same moment.
        let network = Network([
            Self.six: .connects(after: .milliseconds(12)), Self.four: .connects(after: .milliseconds(2)),
            Self.other: .refuses(after: .zero),
        ])
        await withDiscardingTaskGroup { group in
            for _ in 0..<1000 {
                group.addTask {
                    let (result, _) = await network.race(ScriptedResolver(Self.six, Self.four, Self.other))
                    #expect((try? result.get()) != nil)
                }
            }
        }
        #expect(network.open == 1000)
        #expect(network.trying == 0)
    }

    @Test func `cancelled at any moment, all is over, and nothing is open`() async throws {
        let network = Network([
            Self.six: .refuses(after: .milliseconds(8)), Self.four: .connects(after: .milliseconds(6)),
            Self.other: .connects(after: .milliseconds(3)),
        ])
        let ends = Lock((connected: 0, cancelled: 0))
        await withDiscardingTaskGroup { group in
            for number in 0..<1000 {
                group.addTask {
                    let resolver = ScriptedResolver(steps: [
                        (.milliseconds(3), ResolverAnswer([Self.four, Self.other], family: .ipv4)),
                        (.milliseconds(6), ResolverAnswer([Self.six], family: .ipv6)),
                    ])
                    let task = Task { await network.race(resolver) }
                    try? await Task.sleep(for: .microseconds(number % 100 * 400))
                    task.cancel()
                    let (result, report) = await task.value
                    switch result {
                    case .success(let connection):
                        ends.withLock { $0.connected += 1 }
                        network.close(connection)
                    case .failure(let error):
                        ends.withLock { $0.cancelled += 1 }
                        #expect(error.code == .cancelled && error.subject == "host.example:80")
                        #expect(error.connectionReport == report)
                    }
                }
            }
        }
        #expect(network.open == 0 && network.trying == 0)
        let (connected, cancelled) = ends.withLock { $0 }
        #expect(connected + cancelled == 1000 && cancelled > 0)
    }
}
