import ArgumentParser
import Sockets
import TLSSockets

/// The command-line tool: the library's sockets for people at a terminal and for scripts.
@main struct Sock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sock",
        abstract: "Talk over sockets: connect, listen, echo, send, receive, capture, and look names and interfaces up.",
        discussion: """
            A server and a client in two terminals:

              sock listen 127.0.0.1:7777
              sock connect 127.0.0.1:7777

            What is typed on one side appears on the other; Ctrl-D ends one's own side, Ctrl-C both.

            \(Endpoint.help)

            EXIT STATUS
              0   everything was done
              1   it failed; one line on standard error says what, where and why
              64  the command line is wrong
            """,
        subcommands: [
            CaptureCommand.self, CertificateCommand.self, Connect.self, Echo.self, Interfaces.self, Listen.self,
            ReceiveCommand.self,
            Resolve.self, SendCommand.self, ServicesCommand.self,
        ]
    )

    static func main() async {
        Console.prepare()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as SocketError {
            fail("\(error)")
        } catch let error as TLSError {
            fail("\(error)")
        } catch let error as ResolverError {
            fail("\(error)")
        } catch let error as Console.Failure {
            fail("\(error)")
        } catch is Console.OutputClosed {
            // Whoever read the output, such as `head`, has had enough; there is nobody to tell.
            exit(withError: ExitCode.failure)
        } catch {
            exit(withError: error)
        }
    }

    /// Says what went wrong, and ends with status 1.
    private static func fail(_ message: String) -> Never {
        Console.complain(message)
        exit(withError: ExitCode.failure)
    }
}
