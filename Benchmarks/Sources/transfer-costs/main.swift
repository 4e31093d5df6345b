// What sending and receiving allocate. Ends with 1 where the forms that promise none do.
import CAllocations
import Foundation
import Sockets

func allocations(_ name: String, promised: Bool, _ work: () throws -> Void) throws {
    let rounds = 10_000
    for _ in 0..<100 { try work() }
    let before = allocations_so_far()
    for _ in 0..<rounds { try work() }
    let each = Double(allocations_so_far() - before) / Double(rounds)
    print("\(name): \(each) allocations a round")
    if promised, each > 0 {
        print("  … but none were promised")
        exit(1)
    }
}

let (a, b) = try Socket.pair()
let message = [UInt8](repeating: 7, count: 64)
var buffer = [UInt8](repeating: 0, count: 4096)

try allocations("send and receive, spans", promised: true) {
    _ = try a.send(message.span)
    var room = buffer.mutableSpan
    _ = try b.receive(into: &room)
}
try allocations("sendAll and receive, arrays the caller keeps", promised: true) {
    try a.sendAll(message)
    _ = try b.receive(into: &buffer)
}
a.timeout = .seconds(1)
b.timeout = .seconds(1)
try allocations("the same with a timeout", promised: true) {
    try a.sendAll(message)
    _ = try b.receive(into: &buffer)
}
let receiver = try Socket.bound(to: .loopback(port: 0))
let sender = try Socket(.ipv4, .datagram)
let address = try receiver.localAddress
try allocations("send(to:) and receiveFrom, UDP", promised: true) {
    try sender.send(message.span, to: address)
    var room = buffer.mutableSpan
    _ = try receiver.receiveFrom(into: &room)
}
try sender.connect(to: address)
var outgoing = try DatagramBatch(capacity: 32, datagramSize: 64)
for _ in 0..<32 { try outgoing.append(message) }
var incoming = try DatagramBatch(capacity: 32, datagramSize: 2_048)
var datagrams = 0
try allocations("32 datagrams by batches, UDP, an echo", promised: true) {
    try sender.sendBatch(&outgoing)
    try receiver.receiveBatch(into: &incoming)
    incoming.forEachDatagram { _, bytes in datagrams += bytes.count }
    incoming.prepareReplies()
    try receiver.sendBatch(&incoming)
    try sender.receiveBatch(into: &incoming)
}
try allocations("sendAll and receive(upTo:), a new array", promised: false) {
    try a.sendAll(message)
    _ = try b.receive(upTo: 4096)
}
