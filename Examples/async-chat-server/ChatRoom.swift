/// Who is in the room: an actor, so that nobody can talk into another's sentence.
actor ChatRoom {
    /// What a guest has to be sent; the guest's own task does it.
    typealias Mailbox = AsyncStream<String>.Continuation

    private var guests: [String: Mailbox] = [:]

    /// Lets somebody in, unless the name is taken.
    func enter(_ name: String, _ mailbox: Mailbox) -> Bool {
        guard guests[name] == nil else { return false }
        guests[name] = mailbox
        deliver("Welcome, \(name).", to: name)
        tellOthers(than: name, "* \(name) has come")
        return true
    }

    /// Lets somebody go.
    func leave(_ name: String) {
        guests.removeValue(forKey: name)?.finish()
        tellOthers(than: name, "* \(name) has gone")
    }

    /// Takes a line from a guest.
    func hear(_ line: String, from name: String) {
        switch line {
        case "/who": deliver("Here are: " + guests.keys.sorted().joined(separator: ", "), to: name)
        default: tellOthers(than: name, "\(name): \(line)")
        }
    }

    private func tellOthers(than speaker: String, _ line: String) {
        for name in guests.keys where name != speaker { deliver(line, to: name) }
    }

    private func deliver(_ line: String, to name: String) {
        // Nobody waits for a guest who does not read: a full mailbox ends, and with it the conversation.
        if case .dropped = guests[name]?.yield(line) { guests[name]?.finish() }
    }
}
