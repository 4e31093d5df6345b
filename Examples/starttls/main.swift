// A plain conversation that becomes secure in the middle, as SMTP's does. Usage: starttls HOST PORT NAME [ROOT]
//
// NAME is what the server's certificate has to be for; ROOT a file with the authority to trust.
import Sockets
import SystemPackage
import TLSSockets

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3, let port = Port(arguments[1]) else { fatalError("usage: starttls HOST PORT NAME [ROOT]") }

let plain = try Socket.connected(to: arguments[0], port: port, timeout: .seconds(10))
plain.timeout = .seconds(10)

/// Receives a line and not a byte more: what comes behind it belongs to whoever reads next.
func line() throws -> String {
    String(decoding: try plain.receive(until: Array("\r\n".utf8), limit: 1000) ?? [], as: UTF8.self)
}

print("< \(try line())", terminator: "")
for command in ["EHLO example.org\r\n", "STARTTLS\r\n"] {
    try plain.sendAll(command)
    print("> \(command)", terminator: "")
    print("< \(try line())", terminator: "")
}
let context = try TLSContext.client { settings in
    if arguments.count > 3 { settings.trust = .file(FilePath(arguments[3])) }
}
let secure = try TLSSocket(upgrading: plain, using: context, serverName: arguments[2])
try secure.handshake()
print("Secure: \(secure.version, default: "?") with \(secure.peerCertificate?.subject ?? "nobody")")
try secure.sendAll("QUIT\r\n")
if let bytes = try secure.receive(upTo: 1000) { print("< \(String(decoding: bytes, as: UTF8.self))", terminator: "") }
secure.close()
