import Sockets
import Testing

@testable import AsyncSockets

@Suite struct HappyEyeballsTests {
    /// What an address does when it is connected to, after so many milliseconds.
    enum Fate: Sendable {
        case connects(Int)
        case refuses(Int)
        case nothing
    }

    /// A network and a resolver with a clock of their own, and what the machine does with them.
    ///
    /// Addresses are named by their version and a letter: `6a`, `4b`.
    struct Scenario: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var families: [AddressFamily] = [.ipv6, .ipv4]
        var pacing = ConnectionPacing()
        /// Times, the family that is answered for, and addresses.
        var answers: [(Int, AddressFamily, [String])] = []
        var resolutionEnds: Int?
        var fates: [String: Fate] = [:]
        var stops: Int?
        /// Lines as `250 start 4a`, `300 finish 4a`, `300 close 6a`, `0 fail`.
        let trace: [String]

        init(
            _ name: String, families: [AddressFamily] = [.ipv6, .ipv4], pacing: ConnectionPacing = ConnectionPacing(),
            answers: [(Int, AddressFamily, [String])], ends: Int? = nil, _ fates: [String: Fate] = [:],
            stops: Int? = nil, _ trace: [String]
        ) {
            testDescription = name
            self.families = families
            self.pacing = pacing
            self.answers = answers
            resolutionEnds = ends ?? answers.map(\.0).max()
            self.fates = fates
            self.stops = stops
            self.trace = trace
        }
    }

    static func address(_ name: String) -> SocketAddress {
        let letter = name.utf8.last ?? 0
        return name.hasPrefix("6")
            ? .ipv6(IPv6Address(0x2001, 0xdb8, 0, 0, 0, 0, 0, UInt16(letter)), port: 80)
            : .ipv4(IPv4Address(192, 0, 2, letter), port: 80)
    }

    /// Runs the machine against the scenario until nothing happens any more.
    static func run(_ scenario: Scenario) -> (trace: [String], machine: HappyEyeballs) {
        var machine = HappyEyeballs(families: scenario.families, pacing: scenario.pacing)
        /// What is going to happen: at a time, in the order of being said.
        var agenda: [(time: Duration, order: Int, input: HappyEyeballs.Input)] = []
        var order = 0
        func plan(_ time: Duration, _ input: HappyEyeballs.Input) {
            order += 1
            agenda.append((time, order, input))
        }
        var names: [SocketAddress: String] = [:]
        for (time, family, addresses) in scenario.answers {
            for name in addresses { names[address(name)] = name }
            plan(.milliseconds(time), .answered(family, addresses.map(address)))
        }
        if let end = scenario.resolutionEnds { plan(.milliseconds(end), .resolutionEnded) }
        if let stop = scenario.stops { plan(.milliseconds(stop), .stopped) }

        var attempts: [Int: String] = [:]
        var trace: [String] = []
        while let next = agenda.min(by: { ($0.time, $0.order) < ($1.time, $1.order) }), trace.count < 1000 {
            agenda.removeAll { $0.order == next.order }
            let milliseconds = next.time / .milliseconds(1)
            let time = milliseconds == milliseconds.rounded() ? "\(Int(milliseconds))" : "\(milliseconds)"
            for action in machine.handle(next.input, at: next.time) {
                switch action {
                case .start(let attempt, let address):
                    let name = names[address] ?? "?"
                    attempts[attempt] = name
                    trace.append("\(time) start \(name)")
                    switch scenario.fates[name] ?? .nothing {
                    case .connects(let after): plan(next.time + .milliseconds(after), .attemptSucceeded(attempt))
                    case .refuses(let after): plan(next.time + .milliseconds(after), .attemptFailed(attempt))
                    case .nothing: break
                    }
                case .setTimer(let when): plan(when, .timePassed)
                case .close(let attempt): trace.append("\(time) close \(attempts[attempt] ?? "?")")
                case .finish(let attempt): trace.append("\(time) finish \(attempts[attempt] ?? "?")")
                case .fail: trace.append("\(time) fail")
                }
            }
        }
        return (trace, machine)
    }

    static let scenarios: [Scenario] = [
        // MARK: The order of the answers
        Scenario(
            "both answers at once, IPv6 connects", answers: [(0, .ipv4, ["4a"]), (0, .ipv6, ["6a"])],
            ["6a": .connects(20)],
            ["0 start 6a", "20 finish 6a"]),
        Scenario(
            "AAAA first: nobody waits for A", answers: [(5, .ipv6, ["6a"]), (400, .ipv4, ["4a"])],
            ["6a": .connects(20)],
            ["5 start 6a", "25 finish 6a"]),
        Scenario(
            "A first, AAAA within the Resolution Delay", answers: [(5, .ipv4, ["4a"]), (54, .ipv6, ["6a"])],
            ["6a": .connects(20), "4a": .connects(20)],
            ["54 start 6a", "74 finish 6a"]),
        Scenario(
            "A first, no AAAA there within the Resolution Delay", answers: [(5, .ipv4, ["4a"]), (30, .ipv6, [])],
            ["4a": .connects(20)],
            ["30 start 4a", "50 finish 4a"]),
        Scenario(
            "A first, AAAA late: it is the next attempt", answers: [(5, .ipv4, ["4a", "4b"]), (90, .ipv6, ["6a"])],
            ["6a": .connects(20)],
            ["55 start 4a", "305 start 6a", "325 finish 6a", "325 close 4a"]),
        Scenario(
            "A first, AAAA never comes", answers: [(5, .ipv4, ["4a"])], ends: 10_000, ["4a": .connects(20)],
            ["55 start 4a", "75 finish 4a"]),
        Scenario(
            "A alone, and the resolution has ended", answers: [(5, .ipv4, ["4a"])], ends: 6, ["4a": .connects(20)],
            ["6 start 4a", "26 finish 4a"]),
        Scenario(
            "AAAA comes after every A was refused", answers: [(5, .ipv4, ["4a"]), (900, .ipv6, ["6a"])],
            ["4a": .refuses(1), "6a": .connects(20)],
            ["55 start 4a", "900 start 6a", "920 finish 6a"]),
        Scenario(
            "AAAA comes while A hangs, longer than the Attempt Delay: at once",
            answers: [(0, .ipv4, ["4a"]), (900, .ipv6, ["6a"])], ["6a": .connects(20)],
            ["50 start 4a", "900 start 6a", "920 finish 6a", "920 close 4a"]),
        Scenario(
            "AAAA comes while A hangs, within the Attempt Delay: after it",
            answers: [(0, .ipv4, ["4a"]), (100, .ipv6, ["6a"])], ["6a": .connects(20)],
            ["50 start 4a", "300 start 6a", "320 finish 6a", "320 close 4a"]),
        Scenario(
            "no Resolution Delay", pacing: ConnectionPacing(resolutionDelay: .zero),
            answers: [(5, .ipv4, ["4a"]), (6, .ipv6, ["6a"])], ["4a": .connects(20)],
            ["5 start 4a", "25 finish 4a"]),
        Scenario(
            "one answer for all families", answers: [(7, .unspecified, ["4a", "4b", "6a"])], ends: 5000,
            ["6a": .refuses(1), "4a": .connects(10)],
            ["7 start 6a", "8 start 4a", "18 finish 4a"]),
        Scenario(
            "one answer for all families, of one alone", answers: [(7, .unspecified, ["4a"])], ends: 5000,
            ["4a": .connects(10)],
            ["7 start 4a", "17 finish 4a"]),
        Scenario(
            "a second answer for a family", answers: [(0, .ipv6, ["6a"]), (10, .ipv4, ["4a"]), (20, .ipv6, ["6b"])],
            ["6a": .refuses(30), "4a": .refuses(30), "6b": .connects(30)],
            ["0 start 6a", "30 start 4a", "60 start 6b", "90 finish 6b"]),

        // MARK: Order and pace of the attempts
        Scenario(
            "families take turns", answers: [(0, .ipv6, ["6a", "6b", "6c"]), (0, .ipv4, ["4a", "4b"])],
            stops: 1100,
            [
                "0 start 6a", "250 start 4a", "500 start 6b", "750 start 4b", "1000 start 6c",
                "1100 close 6a", "1100 close 4a", "1100 close 6b", "1100 close 4b", "1100 close 6c", "1100 fail",
            ]),
        Scenario(
            "two addresses of the preferred family first", pacing: ConnectionPacing(preferredFamilyCount: 2),
            answers: [(0, .ipv6, ["6a", "6b", "6c"]), (0, .ipv4, ["4a", "4b"])],
            ["6a": .refuses(1), "6b": .refuses(1), "6c": .refuses(1), "4a": .refuses(1), "4b": .refuses(1)],
            ["0 start 6a", "1 start 6b", "2 start 4a", "3 start 6c", "4 start 4b", "5 fail"]),
        Scenario(
            "IPv4 preferred", pacing: ConnectionPacing(preferredFamily: .ipv4),
            answers: [(0, .ipv6, ["6a", "6b"]), (20, .ipv4, ["4a"])], ["6a": .connects(100)],
            ["20 start 4a", "270 start 6a", "370 finish 6a", "370 close 4a"]),
        Scenario(
            "the other delay", pacing: ConnectionPacing(attemptDelay: .milliseconds(100)),
            answers: [(0, .ipv6, ["6a", "6b"]), (0, .ipv4, [])], ["6b": .connects(1)],
            ["0 start 6a", "100 start 6b", "101 finish 6b", "101 close 6a"]),
        Scenario(
            "a delay below 10 ms is 10 ms", pacing: ConnectionPacing(attemptDelay: .zero),
            answers: [(0, .ipv6, ["6a", "6b"]), (0, .ipv4, [])], ["6b": .connects(1)],
            ["0 start 6a", "10 start 6b", "11 finish 6b", "11 close 6a"]),
        Scenario(
            "a refusal starts the next at once", answers: [(0, .ipv6, ["6a"]), (0, .ipv4, ["4a"])],
            ["6a": .refuses(3), "4a": .connects(4)],
            ["0 start 6a", "3 start 4a", "7 finish 4a"]),
        Scenario(
            "an older attempt's refusal does not hurry the next one",
            answers: [(0, .ipv6, ["6a", "6b"]), (0, .ipv4, ["4a"])], ["6a": .refuses(300), "6b": .connects(1)],
            ["0 start 6a", "250 start 4a", "500 start 6b", "501 finish 6b", "501 close 4a"]),
        Scenario(
            "after a refusal the pace begins anew", answers: [(0, .ipv6, ["6a", "6b"]), (0, .ipv4, ["4a"])],
            ["6a": .refuses(100), "6b": .connects(1)],
            ["0 start 6a", "100 start 4a", "350 start 6b", "351 finish 6b", "351 close 4a"]),
        Scenario(
            "the first attempt wins late", answers: [(0, .ipv6, ["6a"]), (0, .ipv4, ["4a"])],
            ["6a": .connects(260), "4a": .connects(20)],
            ["0 start 6a", "250 start 4a", "260 finish 6a", "260 close 4a", "270 close 4a"]),
        Scenario(
            "two connect in the same moment: one is closed", answers: [(0, .ipv6, ["6a"]), (0, .ipv4, ["4a"])],
            ["6a": .connects(270), "4a": .connects(20)],
            ["0 start 6a", "250 start 4a", "270 finish 6a", "270 close 4a", "270 close 4a"]),

        // MARK: What is asked for, and duplicates
        Scenario(
            "one family alone has nothing to wait for", families: [.ipv4], answers: [(0, .ipv4, ["4a"])], ends: 100,
            ["4a": .connects(20)],
            ["0 start 4a", "20 finish 4a"]),
        Scenario(
            "an address as text", families: [.ipv4], answers: [(0, .unspecified, ["4a"])], ["4a": .refuses(1)],
            ["0 start 4a", "1 fail"]),
        Scenario(
            "the same address twice is tried once",
            answers: [(0, .ipv6, ["6a", "6a"]), (0, .ipv4, ["4a"]), (200, .ipv6, ["6a"])],
            ["6a": .refuses(1), "4a": .refuses(1)],
            ["0 start 6a", "1 start 4a", "200 fail"]),
        Scenario(
            "an answer for a family that was not asked for", families: [.ipv4],
            answers: [(0, .ipv6, ["6a"]), (10, .ipv4, ["4a"])], ["6a": .connects(20)],
            ["10 start 4a", "260 start 6a", "280 finish 6a", "280 close 4a"]),

        // MARK: The end without a connection
        Scenario(
            "all are refused", answers: [(0, .ipv6, ["6a"]), (0, .ipv4, ["4a"])],
            ["6a": .refuses(3), "4a": .refuses(4)],
            ["0 start 6a", "3 start 4a", "7 fail"]),
        Scenario(
            "all are refused, and the resolver still has a word", answers: [(0, .ipv6, ["6a"]), (3000, .ipv4, [])],
            ["6a": .refuses(3)],
            ["0 start 6a", "3000 fail"]),
        Scenario("no addresses", answers: [(0, .ipv6, []), (9, .ipv4, [])], [:], ["9 fail"]),
        Scenario("the resolver has nothing to say", answers: [], ends: 8, [:], ["8 fail"]),
        Scenario("stopped while the name is looked up", answers: [], ends: 100, stops: 8, ["8 fail"]),
        Scenario(
            "stopped during the Resolution Delay", answers: [(0, .ipv4, ["4a"])], ends: 100, stops: 8, ["8 fail"]),
        Scenario(
            "stopped between two attempts", answers: [(0, .ipv4, ["4a"]), (0, .ipv6, ["6a"])],
            ["6a": .refuses(5)], stops: 8,
            ["0 start 6a", "5 start 4a", "8 close 4a", "8 fail"]),
        Scenario(
            "a connection that comes after the end is closed", answers: [(0, .ipv6, ["6a"])],
            ["6a": .connects(9)], stops: 8,
            ["0 start 6a", "8 close 6a", "8 fail", "9 close 6a"]),
    ]

    @Test(arguments: scenarios) func `what is done, and when`(scenario: Scenario) {
        let (trace, machine) = Self.run(scenario)
        #expect(trace == scenario.trace)
        #expect(machine.hasEnded)
    }

    @Test func `inputs that cannot be change nothing`() {
        var machine = HappyEyeballs(families: [.ipv6, .ipv4])
        for input: HappyEyeballs.Input in [.attemptFailed(0), .attemptSucceeded(3), .attemptFailed(-1), .timePassed] {
            #expect(machine.handle(input, at: .milliseconds(5)) == [])
        }
        // Time that runs backwards stands still.
        #expect(
            machine.handle(.answered(.ipv4, [Self.address("4a")]), at: .milliseconds(1))
                == [.setTimer(.milliseconds(55))])
        #expect(machine.handle(.timePassed, at: .milliseconds(54)) == [])
        #expect(
            machine.handle(.timePassed, at: .milliseconds(55)) == [.start(attempt: 0, Self.address("4a"))])
        #expect(machine.handle(.attemptFailed(1), at: .milliseconds(60)) == [])
        #expect(machine.handle(.resolutionEnded, at: .milliseconds(60)) == [])
        #expect(machine.handle(.attemptFailed(0), at: .milliseconds(60)) == [.fail])
        #expect(machine.handle(.attemptFailed(0), at: .milliseconds(60)) == [])
        #expect(machine.handle(.attemptSucceeded(0), at: .milliseconds(60)) == [])
    }

    @Test func `values out of range are held within it`() {
        let pacing = ConnectionPacing(
            attemptDelay: .seconds(-1), resolutionDelay: .seconds(-1), preferredFamilyCount: -1)
        #expect(pacing.attemptDelay == .milliseconds(10))
        #expect(pacing.resolutionDelay == .zero)
        #expect(pacing.preferredFamilyCount == 1)
        let patient = ConnectionPacing(
            attemptDelay: .seconds(Int64.max), resolutionDelay: .seconds(Int64.max), preferredFamilyCount: .max)
        var machine = HappyEyeballs(families: [.ipv6, .ipv4], pacing: patient)
        #expect(
            machine.handle(.answered(.ipv4, [Self.address("4a")]), at: .seconds(Int64.max / 2)).count == 1)
        var defaults = ConnectionPacing()
        #expect(defaults.attemptDelay == .milliseconds(250) && defaults.resolutionDelay == .milliseconds(50))
        defaults.attemptDelay = .milliseconds(1)
        #expect(defaults.attemptDelay == .milliseconds(10))
    }

    @Test func `whatever the network does, there is one end, and no attempt is left open`() {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<3000 {
            var fates: [String: Fate] = [:]
            var answers: [(Int, AddressFamily, [String])] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let version = Bool.random(using: &generator) ? "6" : "4"
                let names = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    version + String("abcdefgh".randomElement(using: &generator) ?? "a")
                }
                for name in names {
                    let time = Int.random(in: 0...600, using: &generator)
                    fates[name] = [.connects(time), .refuses(time), .nothing].randomElement(using: &generator)
                }
                answers.append((Int.random(in: 0...500, using: &generator), version == "6" ? .ipv6 : .ipv4, names))
            }
            let pacing = ConnectionPacing(
                attemptDelay: .milliseconds(Int.random(in: 10...300, using: &generator)),
                resolutionDelay: .milliseconds(Int.random(in: 0...100, using: &generator)),
                preferredFamilyCount: Int.random(in: 1...3, using: &generator))
            let scenario = Scenario(
                "\(round)", pacing: pacing, answers: answers, ends: 500 + Int.random(in: 0...100, using: &generator),
                fates, stops: 20_000, [])
            let trace = Self.run(scenario).trace.map { $0.split(separator: " ").map(String.init) }
            let context = "\(scenario) \(trace)"

            let started = trace.filter { $0[1] == "start" }
            #expect(Set(started.map { $0[2] }).count == started.count, "an address twice: \(context)")
            let ends = trace.filter { $0[1] == "finish" || $0[1] == "fail" }
            #expect(ends.count == 1, "\(context)")

            // Each attempt ends once: by itself, by being closed, or by winning.
            let closed = trace.filter { $0[1] == "close" }.map { $0[2] }
            let winner = trace.first { $0[1] == "finish" }?[2]
            let end = ends.first.flatMap { Int($0[0]) } ?? 0
            for line in started {
                let name = line[2]
                let start = Int(line[0]) ?? 0
                let hasFailed =
                    if case .refuses(let time) = fates[name] ?? .nothing { start + time <= end } else { false }
                if name == winner { continue }
                #expect(hasFailed || closed.contains(name), "\(name) is left open: \(context)")
            }
            // With time enough, an address that answers is found; the RFC's pace is kept unless an attempt failed.
            let all = Set(answers.flatMap { $0.2 })
            let canConnect = all.contains { if case .connects = fates[$0] ?? .nothing { true } else { false } }
            #expect((winner != nil) == canConnect, "\(context)")
            for (first, second) in zip(started, started.dropFirst()) {
                let gap = (Int(second[0]) ?? 0) - (Int(first[0]) ?? 0)
                guard case .refuses = fates[first[2]] ?? .nothing else {
                    #expect(.milliseconds(gap) >= pacing.attemptDelay, "too soon: \(context)")
                    continue
                }
            }
        }
    }
}
