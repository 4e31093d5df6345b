import Sockets

/// The room: all guests on one selector and one thread, so that nobody can talk into another's sentence.
final class ChatRoom {
    let listener: Socket
    private var guests: [Socket: Guest] = [:]

    init(listener: Socket) {
        self.listener = listener
        listener.isBlocking = false
    }

    /// Serves until the selector or the listener fails.
    func run() throws(SocketError) {
        let selector = try Selector<Void>()
        try selector.register(listener, for: .read)
        while true {
            for event in try selector.select() {
                // A socket that was closed here is reported a last time.
                guard let socket = event.key.socket, !event.ready.contains(.closed) else { continue }
                guard let guest = guests[socket] else {
                    if socket == listener { try welcome(on: selector) }
                    continue
                }
                if event.ready.contains(.read) { listen(to: guest) }
            }
            // Whoever has something to hear gets it now, or when there is room for it.
            for guest in Array(guests.values) {
                do {
                    try guest.send()
                    try selector.modify(guest.socket, for: guest.interest)
                } catch {
                    leave(guest)
                }
            }
        }
    }

    private func welcome(on selector: Selector<Void>) throws(SocketError) {
        let (socket, address): (Socket, SocketAddress)
        do {
            (socket, address) = try listener.accept()
        } catch  where error.code == .wouldBlock {
            return
        }
        socket.isBlocking = false
        let guest = Guest(socket: socket, address: address)
        try selector.register(socket, for: .read)
        guests[socket] = guest
        print("\(address) has come")
        tell(guest, "What is your name?")
    }

    private func listen(to guest: Guest) {
        do {
            guard let lines = try guest.receiveLines() else { return leave(guest) }
            for line in lines where guests[guest.socket] != nil { hear(line, from: guest) }
        } catch  where error.code == .wouldBlock {
            // Nothing yet.
        } catch {
            leave(guest)
        }
    }

    private func hear(_ line: String, from guest: Guest) {
        guard let name = guest.name else { return introduce(guest, as: line) }
        switch line {
        case "/quit": leave(guest)
        case "/who": tell(guest, "Here are: " + guests.values.compactMap(\.name).sorted().joined(separator: ", "))
        default: tellOthers(than: guest, "\(name): \(line)")
        }
    }

    private func introduce(_ guest: Guest, as name: String) {
        if name.isEmpty || name.contains(" ") || name.count > 20 {
            tell(guest, "A name is one word of at most 20 letters. What is your name?")
        } else if guests.values.contains(where: { $0.name == name }) {
            tell(guest, "\(name) is here already. What is your name?")
        } else {
            guest.name = name
            print("\(guest.address) is \(name)")
            tell(guest, "Welcome, \(name).")
            tellOthers(than: guest, "* \(name) has come")
        }
    }

    private func leave(_ guest: Guest) {
        guard guests.removeValue(forKey: guest.socket) != nil else { return }
        guest.socket.close()  // and so it leaves the selector
        print("\(guest.address) has gone")
        if let name = guest.name { tellOthers(than: guest, "* \(name) has gone") }
    }

    private func tell(_ guest: Guest, _ line: String) {
        if !guest.queue(line) { leave(guest) }
    }

    private func tellOthers(than speaker: Guest, _ line: String) {
        for guest in guests.values where guest !== speaker && guest.name != nil { tell(guest, line) }
    }
}
