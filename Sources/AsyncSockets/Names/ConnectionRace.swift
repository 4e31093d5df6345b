internal import Sockets

/// Connects to a host: does what ``HappyEyeballs`` says, with a resolver, a clock and connections of any kind.
///
/// All that it starts are child tasks, which have ended when ``run(_:)`` returns, and every connection but the one that it
/// returns is closed then.
struct ConnectionRace<Connection: Sendable>: Sendable {
    /// What is connected to, as `example.org:443`.
    let subject: String
    let query: ResolverQuery
    let pacing: ConnectionPacing
    let deadline: Deadline
    /// Makes a connection; leaves nothing behind when it throws.
    let connect: @Sendable (SocketAddress) async throws(SocketError) -> Connection
    let close: @Sendable (Connection) -> Void

    /// What the child tasks tell.
    private enum Event: Sendable {
        case answered(ResolverAnswer)
        case resolved(ResolverError?)
        case attempted(Int, Result<Connection, SocketError>)
        case timePassed(Duration)
        case deadlinePassed
    }

    /// An attempt, as far as it is known.
    private struct Attempt {
        let address: SocketAddress
        let start: Duration
        var end: Duration?
        var outcome: ConnectionAttempt.Outcome = .abandoned
    }

    /// What has happened, and the machine that it was told to.
    private struct Course {
        var machine: HappyEyeballs
        let clock = Stopwatch()
        var answers: [ConnectionReport.Answer] = []
        var attempts: [Attempt] = []
        var resolverError: ResolverError?
        var winner: Connection?
        /// The connection of the attempt that has just ended.
        var newest: Connection?
        var isTooLate = false
        var isCancelled = false
    }

    /// Connects, and returns the connection, or why there is none, and what was done.
    func run(
        _ resolver: some AsyncResolver
    ) async -> (result: Result<Connection, SocketError>, report: ConnectionReport) {
        let literal = IPAddress(query.host)
        var course = Course(machine: HappyEyeballs(families: query.families, pacing: pacing))
        if literal != nil {
            await connectToLiteral(&course)
        } else {
            let mailbox = Mailbox<Event>()
            // Nothing is read from the course's copy meanwhile: the group's body runs in this task.
            course = await withDiscardingTaskGroup { [course] group in
                var course = course
                begin(resolver, &group, mailbox)
                while !course.machine.hasEnded {
                    let event = await mailbox.next()
                    for action in handle(event, &course) { perform(action, &course, &group, mailbox) }
                    course.newest = nil
                }
                group.cancelAll()
                return course
            }
            for case .attempted(_, .success(let connection)) in mailbox.close() { close(connection) }
        }
        let report = report(course)
        if let winner = course.winner { return (.success(winner), report) }
        return (.failure(error(course).with(connectionReport: report)), report)
    }

    private func connectToLiteral(_ course: inout Course) async {
        let address: SocketAddress?
        do throws(ResolverError) {
            // Checks the family, and asks nobody.
            address =
                try Resolver.plan(
                    AddressInfo.Query(
                        host: query.host, service: query.port.description, family: query.family, type: .stream)
                ).answer().first?.address
        } catch {
            course.resolverError = error
            return
        }
        guard let address else { return }
        course.attempts.append(Attempt(address: address, start: course.clock.elapsed))
        do throws(SocketError) {
            course.winner = try await connect(address)
            course.attempts[0].outcome = .connected
        } catch {
            course.attempts[0].outcome = .failed(error)
            course.isCancelled = error.code == .cancelled
        }
        course.attempts[0].end = course.clock.elapsed
    }

    // MARK: Child tasks

    private func begin(
        _ resolver: some AsyncResolver, _ group: inout DiscardingTaskGroup, _ mailbox: Mailbox<Event>
    ) {
        group.addTask { [query] in
            do throws(ResolverError) {
                try await resolver.resolve(query) { answer in mailbox.send(.answered(answer)) }
                mailbox.send(.resolved(nil))
            } catch {
                mailbox.send(.resolved(error))
            }
        }
        if let left = deadline.left {
            group.addTask {
                await EventLoop.sleep(for: left)
                mailbox.send(.deadlinePassed)
            }
        }
    }

    private func perform(
        _ action: HappyEyeballs.Action, _ course: inout Course, _ group: inout DiscardingTaskGroup,
        _ mailbox: Mailbox<Event>
    ) {
        switch action {
        case .start(let number, let address):
            course.attempts.append(Attempt(address: address, start: course.clock.elapsed))
            group.addTask { [connect, close] in
                let result: Result<Connection, SocketError>
                do throws(SocketError) {
                    result = .success(try await connect(address))
                } catch {
                    result = .failure(error)
                }
                if !mailbox.send(.attempted(number, result)), case .success(let connection) = result {
                    close(connection)
                }
            }
        case .setTimer(let time):
            let left = max(time - course.clock.elapsed, .zero)
            group.addTask {
                await EventLoop.sleep(for: left)
                mailbox.send(.timePassed(time))
            }
        case .finish:
            course.winner = course.newest
        case .close, .fail:
            // Losers are cancelled with the group; what they have connected in the same moment lies in the mailbox.
            break
        }
    }

    // MARK: What they tell

    private func handle(_ event: Event?, _ course: inout Course) -> [HappyEyeballs.Action] {
        let now = course.clock.elapsed
        guard let event else {
            course.isCancelled = true
            return course.machine.handle(.stopped, at: now)
        }
        switch event {
        case .answered(let answer):
            course.answers.append(
                ConnectionReport.Answer(
                    family: answer.family, addresses: answer.addresses, error: answer.error, time: now))
            return unlessTooLate(.answered(answer.family, answer.addresses), now, &course)
        case .resolved(let error):
            course.resolverError = error
            return unlessTooLate(.resolutionEnded, now, &course)
        case .attempted(let number, .success(let connection)):
            course.attempts[number].end = now
            course.attempts[number].outcome = .connected
            course.newest = connection
            return course.machine.handle(.attemptSucceeded(number), at: now)
        case .attempted(let number, .failure(let error)):
            course.attempts[number].end = now
            course.attempts[number].outcome = .failed(error)
            return unlessTooLate(.attemptFailed(number), now, &course)
        case .timePassed(let time):
            // Two clocks need not agree to the nanosecond.
            return unlessTooLate(.timePassed, max(now, time), &course)
        case .deadlinePassed:
            course.isTooLate = true
            return course.machine.handle(.stopped, at: now)
        }
    }

    /// What fails because the time is over must not begin another attempt.
    private func unlessTooLate(
        _ input: HappyEyeballs.Input, _ now: Duration, _ course: inout Course
    ) -> [HappyEyeballs.Action] {
        course.isTooLate = course.isTooLate || deadline.hasPassed
        return course.machine.handle(course.isTooLate ? .stopped : input, at: now)
    }

    // MARK: The end

    private func report(_ course: Course) -> ConnectionReport {
        let now = course.clock.elapsed
        return ConnectionReport(
            host: subject, answers: course.answers,
            attempts: course.attempts.map { attempt in
                ConnectionAttempt(
                    address: attempt.address, start: attempt.start, duration: (attempt.end ?? now) - attempt.start,
                    outcome: attempt.outcome)
            }, duration: now)
    }

    private func error(_ course: Course) -> SocketError {
        if course.isCancelled { return SocketError(.cancelled, .connect, subject: subject) }
        var errors = course.attempts.compactMap { attempt -> SocketError? in
            guard case .failed(let error) = attempt.outcome else { return nil }
            return error.with(address: attempt.address)
        }
        if course.isTooLate {
            let unfinished = course.attempts.filter { $0.end == nil }
            for attempt in unfinished { errors.append(SocketError(.timedOut, .connect, address: attempt.address)) }
            if errors.isEmpty {
                return .notResolved(ResolverError(.timedOut, host: query.host), subject)
            }
            if unfinished.isEmpty {
                return SocketError(
                    .timedOut, .connect, subject: subject,
                    hint: "the time was over before the resolver had given all addresses", attempts: errors)
            }
        } else if errors.isEmpty {
            let error = course.resolverError ?? .mostTelling(course.answers.compactMap(\.error))
            return .notResolved(error ?? ResolverError(.noData, host: query.host), subject)
        }
        return .allFailed(errors, of: errors.count + course.machine.untriedCount, subject)
    }
}
