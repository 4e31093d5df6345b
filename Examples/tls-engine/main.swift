// A conversation over TLS without any network: both sides in memory, each record carried by hand. Usage: tls-engine
import TLSSockets

let identity = try TLSIdentity.selfSigned()
let server = try TLSEngine(.server(identity))
let client = try TLSEngine(
    .client { $0.trust = .certificates(identity.certificateChain) }, serverName: "localhost")

// A flight of the client, a flight of the server, and the client's end of the handshake.
var isOver = false
while !isOver {
    let isClientDone = try client.handshake()
    var records = client.takeOutput()
    print("client → server: \(records.count) bytes")
    server.feed(records)
    isOver = try server.handshake() && isClientDone
    records = server.takeOutput()
    print("server → client: \(records.count) bytes")
    client.feed(records)
}
print("Both speak \(client.version, default: "?")")

try client.write("Hello, world")
server.feed(client.takeOutput())
if case .bytes(let bytes) = try server.read() { try server.write(bytes) }
client.feed(server.takeOutput())
if case .bytes(let bytes) = try client.read() { print("Received '\(String(decoding: bytes, as: UTF8.self))'") }
