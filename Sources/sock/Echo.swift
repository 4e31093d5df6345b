import ArgumentParser
import AsyncSockets
import Sockets
import TLSSockets

/// `sock echo`: a server that sends everything back.
struct Echo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve: send everything back to whoever sent it.",
        discussion: """
            Every client has a task of its own. The command prints where it listens, \
            then a line for every client, and runs until Ctrl-C.

            EXAMPLES
              sock echo 127.0.0.1:65432
              sock echo --limit 2 :echo        two clients at one time, further ones wait
              sock echo --tls --certificate chain.pem --key server.key :8443
              sock echo --udp 65432            datagrams
              sock echo unix:/run/echo.sock

            \(Endpoint.help)
            """
    )

    @OptionGroup var options: EndpointOptions

    @Option(help: .init("How many clients are served at one time; further ones wait.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Speak TLS; without --certificate with one that is made for the occasion.")
    var tls = false

    @OptionGroup var server: TLSServerOptions

    @Argument(
        help: "Where to listen, as 65432, 127.0.0.1:65432 or unix:/run/echo.sock.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
        if tls, options.udp { throw ValidationError("--tls needs connections, and --udp has none.") }
        if !tls, server.areGiven { throw ValidationError("--certificate and --key are for --tls.") }
        if limit != nil, options.udp { throw ValidationError("--limit counts connections, and --udp has none.") }
    }

    func run() async throws {
        let context = tls ? try server.context() : nil
        let socket = try endpoint.listening(options)
        let path = UnixPath(of: socket)
        defer { path?.remove() }
        try Console.print("Listening on \(try socket.localAddress)")
        if let context {
            try await echoSecurely(AsyncTLSSocket(listener: AsyncSocket(socket), using: context))
        } else if options.udp {
            try await echoDatagrams(AsyncSocket(socket))
        } else {
            try await echoStreams(AsyncSocket(socket))
        }
    }

    private func echoDatagrams(_ socket: AsyncSocket) async throws {
        var known: Set<SocketAddress> = []
        while true {
            let (bytes, sender) = try await socket.receiveFrom(upTo: 65_536)
            // A few thousand senders are remembered, no more: anybody can invent them.
            if known.count < 4096, known.insert(sender).inserted {
                try Console.print("Connected by \(sender.unmapped)")
            }
            do {
                _ = try await socket.send(bytes, to: sender)
            } catch {
                // A sender without a name, or one that has gone: the others want their answers.
                Console.complain("\(error)")
            }
        }
    }

    private func echoSecurely(_ listener: AsyncTLSSocket) async throws {
        try await listener.serve(limit: limit ?? .max, onError: Self.complain) { peer in
            let client = try peer.peerAddress.unmapped
            try Console.print("Connected by \(client) over \(peer.version, default: "TLS")")
            do {
                while let bytes = try await peer.receive(upTo: 65_536) { try await peer.sendAll(bytes) }
            } catch {
                throw Console.Failure("\(client): \(error)")
            }
        }
    }

    private func echoStreams(_ listener: AsyncSocket) async throws {
        let server = AsyncSocketServer(
            listener: listener, limit: limit ?? .max, onError: Self.complain)
        try await server.run { connection in
            let client = try connection.peerAddress.unmapped
            try Console.print("Connected by \(client)")
            do {
                while let bytes = try await connection.receive(upTo: 65_536) { try await connection.sendAll(bytes) }
            } catch {
                throw Console.Failure("\(client): \(error)")
            }
        }
    }

    /// Says whose conversation failed; a handler's error says it already, because a connection that was reset forgets it.
    @Sendable private static func complain(_ error: any Error, _ peer: AsyncSocket?) {
        if !(error is Console.Failure), let client = try? peer?.peerAddress.unmapped {
            Console.complain("\(client): \(error)")
        } else {
            Console.complain("\(error)")
        }
    }
}
