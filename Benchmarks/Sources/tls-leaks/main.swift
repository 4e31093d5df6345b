// What secure connections leave behind: pieces of memory and descriptors before and after many of each kind.
// Usage: tls-leaks [COUNT], 10,000 if not given; ends with 1 when something is left.
import AsyncSockets
import CAllocations
import Foundation
import Sockets
import TLSSockets

let count = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 10_000 : 10_000
let identity = try TLSIdentity.selfSigned()
let server = try TLSContext.server(identity)
let hasty = try TLSContext.server(identity) { $0.maximumEarlyData = 1000 }
let client = try TLSContext.client { $0.trust = .certificates(identity.certificateChain) }
let stranger = try TLSContext.client()

func descriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

/// Runs both sides over memory as far as they come; returns the client's session.
@discardableResult
func meet(
    _ context: TLSContext, _ server: TLSContext = server, session: TLSSession? = nil, early: Bool = false,
    rounds: Int = 4
) throws -> TLSSession? {
    let (first, second) = (try TLSEngine(context, serverName: "localhost", session: session), try TLSEngine(server))
    if early { try first.writeEarlyData(Array("early".utf8)) }
    for _ in 0..<rounds {
        _ = try? first.handshake()
        second.feed(first.takeOutput())
        if early { while case .bytes? = try? second.readEarlyData() {} }
        _ = try? second.handshake()
        first.feed(second.takeOutput())
    }
    guard first.isEstablished else { return nil }
    _ = try first.read()
    // Else the server forgets the session.
    try second.finishWriting()
    return first.session
}

/// Both sides over a pair of sockets, with tasks.
func meetOverSockets() async throws {
    let (first, second) = try AsyncSocket.pair()
    let (one, other) = (
        try AsyncTLSSocket(upgrading: first, using: client, serverName: "localhost"),
        try AsyncTLSSocket(upgrading: second, using: server)
    )
    async let peer: Void = other.handshake()
    try await one.sendAll("ping")
    try await peer
    _ = try await other.receive(upTo: 10)
    other.close()
    _ = try await one.receive(upTo: 10)
    one.close()
}

var failed = false
print("| connections of this kind | number | pieces of memory left | descriptors left |")
print("|---|---:|---:|---:|")
@MainActor func measure(_ name: String, _ body: @MainActor () async throws -> Void) async throws {
    // What is made once and kept, as error strings, comes first.
    for _ in 0..<min(500, count) { try await body() }
    let (memory, files) = (allocations_alive(), descriptors())
    for _ in 0..<count { try await body() }
    let (more, moreFiles) = (Int(allocations_alive() - memory), descriptors() - files)
    print("| \(name) | \(count) | \(more) | \(moreFiles) |")
    // A few are those of other threads, and of tables that grow.
    if more > count / 20 || moreFiles > 0 { failed = true }
}

try await measure("handshake") { try meet(client) }
try await measure("refused certificate") { try meet(stranger) }
try await measure("cut off in the handshake") { try meet(client, rounds: 1) }
var session = try meet(client)
try await measure("resumed") { session = try meet(client, session: session) }
// Each uses a session up and gets two, of which the server keeps 20,480 at most: so it is warm when that many are there.
var early = try meet(client, hasty)
let most = 20_480
for _ in 0..<most { early = try meet(client, hasty, session: early, early: true) }
try await measure("with early data") { early = try meet(client, hasty, session: early, early: true) }
try await measure("over sockets, with tasks") { try await meetOverSockets() }
exit(failed ? 1 : 0)
