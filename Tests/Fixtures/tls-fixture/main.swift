// Ends while its threads are inside OpenSSL, as servers do that end at a signal.
import Foundation
import Sockets
import TLSSockets

let identity = try TLSIdentity.selfSigned(for: ["localhost"])
let server = try TLSContext.server(identity)
let client = try TLSContext.client { $0.trust = .certificates(identity.certificateChain) }
let begun = DispatchSemaphore(value: 0)

func meet() throws {
    let (first, second) = try (TLSEngine(client, serverName: "localhost"), TLSEngine(server))
    while !first.isEstablished || !second.isEstablished {
        _ = try first.handshake()
        second.feed(first.takeOutput())
        _ = try second.handshake()
        first.feed(second.takeOutput())
    }
}

for _ in 0..<3 {
    Thread {
        var isFirst = true
        while true {
            do { try meet() } catch {
                print(error)
                exit(1)
            }
            if isFirst { begun.signal() }
            isFirst = false
        }
    }.start()
}
for _ in 0..<3 { begun.wait() }
