import ArgumentParser
import Sockets

/// `sock echo`: a server that sends everything back.
struct Echo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve: send everything back to whoever sent it.",
        discussion: """
            Every client has a thread of its own. The command prints where it listens, \
            then a line for every client, and runs until Ctrl-C.

            EXAMPLES
              sock echo 127.0.0.1:65432
              sock echo --limit 2 :echo        two clients at one time, further ones wait
              sock echo --udp 65432            datagrams
              sock echo unix:/run/echo.sock

            \(Endpoint.help)
            """
    )

    @OptionGroup var options: EndpointOptions

    @Option(help: .init("How many clients are served at one time; further ones wait.", valueName: "count"))
    var limit: Int?

    @Argument(
        help: "Where to listen, as 65432, 127.0.0.1:65432 or unix:/run/echo.sock.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
        if limit != nil, options.udp { throw ValidationError("--limit counts connections, and --udp has none.") }
    }

    func run() throws {
        let socket = try endpoint.listening(options)
        let path = UnixPath(of: socket)
        defer { path?.remove() }
        try Console.print("Listening on \(try socket.localAddress)")
        if options.udp { try echoDatagrams(socket) } else { try echoStreams(socket) }
    }

    private func echoDatagrams(_ socket: Socket) throws {
        var known: Set<SocketAddress> = []
        while true {
            let (bytes, sender) = try socket.receiveFrom(upTo: 65_536)
            // A few thousand senders are remembered, no more: anybody can invent them.
            if known.count < 4096, known.insert(sender).inserted {
                try Console.print("Connected by \(sender.unmapped)")
            }
            do {
                _ = try socket.send(bytes, to: sender)
            } catch {
                // A sender without a name, or one that has gone: the others want their answers.
                Console.complain("\(error)")
            }
        }
    }

    private func echoStreams(_ listener: Socket) throws {
        let server = try ThreadedServer(
            listener, limit: limit ?? 512, onError: { error, _ in Console.complain("\(error)") })
        try server.run { connection, client in
            try Console.print("Connected by \(client.unmapped)")
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = try connection.receive(into: &buffer)
                if count == 0 { break }
                try connection.sendAll(buffer.span.extracting(0..<count))
            }
        }
    }
}
