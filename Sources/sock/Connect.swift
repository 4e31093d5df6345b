import ArgumentParser
import AsyncSockets
import Sockets
import TLSSockets

/// `sock connect`: the client's side of a conversation.
struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Connect to a server, and copy standard input to it and its answers to standard output.",
        discussion: """
            At the end of standard input the server is told that nothing more comes, \
            and can still answer. The command ends when the server ends, too.

            EXAMPLES
              sock connect example.org:http            type a request
              sock connect -4 localhost:7777 < file    send a file over IPv4
              sock connect --timeout 5s unix:@echo     give up after five seconds
              sock connect --tls example.org:443       encrypted, the server verified
              echo hello | sock connect --udp :7777    one datagram, and the answers to it

            \(Endpoint.help)
            """
    )

    @OptionGroup var options: EndpointOptions

    @Option(
        help: "Give up when there is no connection after this time, such as 5s or 500ms.", transform: TimeLimit.parse)
    var timeout: Duration?

    @Option(
        help: .init("The local address to connect from, such as 192.0.2.1 or unix:/run/me.", valueName: "address"),
        transform: Self.address)
    var source: SocketAddress?

    @Option(
        help: .init(
            "End when standard input has ended and nothing has come for this time. [default for --udp: 1s]",
            valueName: "time"),
        transform: TimeLimit.parse)
    var wait: Duration?

    @Flag(help: "Speak TLS, and verify the server's certificate.")
    var tls = false

    @OptionGroup var client: TLSClientOptions

    @Flag(name: .shortAndLong, help: "Tell on standard error who is connected.")
    var verbose = false

    @Argument(help: "Where to connect, as example.org:443 or unix:/run/echo.sock.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    func validate() throws {
        if tls, options.udp { throw ValidationError("--tls needs a connection, and --udp has none.") }
        if !tls, client.areGiven { throw ValidationError("--trust and --server-name are for --tls.") }
    }

    func run() async throws {
        let context = tls ? try client.context() : nil
        let socket = try await endpoint.connected(options, from: source, timeout: timeout)
        if verbose {
            Console.note("Connected to \(try socket.peerAddress.unmapped) from \(try socket.localAddress.unmapped)")
        }
        if let context {
            let secure = try await client.secured(socket, endpoint, within: timeout, context)
            if verbose { Console.note("Secured by \(secure), for \(secure.verifiedName ?? "this peer")") }
            return try await Relay(secure).run(quietTime: wait)
        }
        try await Relay(socket).run(quietTime: wait ?? (options.udp ? .seconds(1) : nil))
    }

    private static func address(_ text: String) throws -> SocketAddress {
        if let address = SocketAddress(text) { return address }
        if let address = IPAddress(text) { return .ip(address, port: 0) }
        throw ValidationError("'\(text)' is no address; write 192.0.2.1, 192.0.2.1:PORT, [IPV6]:PORT or unix:PATH.")
    }
}
