import ArgumentParser
import AsyncSockets
import Sockets
import SystemPackage

/// `sock listen`: the server's side of a conversation.
struct Listen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Wait for a client, and copy its bytes to standard output and standard input to it.",
        discussion: """
            One client is served, and then the command ends; with --keep one after the \
            other until Ctrl-C. With --exec every client gets a process of its own, \
            whose standard input and output are the connection.

            EXAMPLES
              sock listen 7777                          on every interface
              sock listen localhost:7777 > file         receive a file
              sock listen --verbose 127.0.0.1:0         on a free port, and tell which
              sock listen --keep unix:/run/notes.sock   many clients, one after the other
              sock listen 7777 --exec tr a-z A-Z        a program as server
              sock listen --udp 7777                    datagrams; answers go to the first sender

            \(Endpoint.help)
            """
    )

    @OptionGroup var options: EndpointOptions

    @Flag(name: .shortAndLong, help: "Serve one client after the other, until Ctrl-C.")
    var keep = false

    @Option(
        help: .init(
            "End a conversation when standard input has ended and nothing has come for this time, such as 5s.",
            valueName: "time"),
        transform: TimeLimit.parse)
    var wait: Duration?

    @Flag(name: .shortAndLong, help: "Tell on standard error where it listens and who is connected.")
    var verbose = false

    @Argument(
        help: "Where to listen, as 7777, 127.0.0.1:7777 or unix:/run/echo.sock.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    @Option(
        parsing: .remaining,
        help: .init("A program, with its arguments, to start for every client; comes last.", valueName: "program"))
    var exec: [String] = []

    func validate() throws {
        if options.udp, !exec.isEmpty { throw ValidationError("--exec needs connections, and --udp has none.") }
    }

    func run() async throws {
        let socket = try endpoint.listening(options)
        let path = UnixPath(of: socket)
        defer { path?.remove() }
        if verbose { Console.note("Listening on \(try socket.localAddress)") }
        if !exec.isEmpty {
            try serve(socket)
        } else if options.udp {
            try await receive(AsyncSocket(socket))
        } else {
            try await accept(AsyncSocket(socket))
        }
    }

    private func accept(_ listener: AsyncSocket) async throws {
        repeat {
            let (connection, client) = try await listener.accept()
            if verbose { Console.note("Connected by \(client.unmapped)") }
            if !keep { listener.close() }
            do {
                try await Relay(connection).run(quietTime: wait)
            } catch let error as SocketError where keep {
                // One client's trouble is not the next one's.
                Console.complain("\(error)")
            }
        } while keep
    }

    private func receive(_ socket: AsyncSocket) async throws {
        let (bytes, sender) = try await socket.receiveFrom(upTo: 65_536)
        if verbose { Console.note("Connected by \(sender.unmapped)") }
        try Console.write(bytes[...])
        if keep {
            try await Relay(socket, answering: sender).run(quietTime: wait)
        } else {
            if sender != .unix(.unnamed) { try await socket.connect(to: sender) }
            try await Relay(socket).run(quietTime: wait)
        }
    }

    private func serve(_ listener: Socket) throws {
        let verbose = verbose
        let server = try ProcessServer(
            listener, running: FilePath(exec[0]), Array(exec.dropFirst()),
            accepts: { _, client in
                if verbose { Console.note("Connected by \(client.unmapped)") }
                return true
            },
            onError: { error, _ in Console.complain("\(error)") })
        try server.run()
    }
}
