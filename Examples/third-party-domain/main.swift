// A communication domain from outside the library: asks the kernel over Netlink which network links there are. The library
// has an address of that name too; this one hides it, and shows that nothing of it is needed.
// Usage: third-party-domain
//
// Nothing here needed a change of the library: NetlinkAddress.swift has the family and its typed address, and the
// library's own bind, send and receive carry them.
import Sockets

let socket = try Socket(.netlink, .raw, .netlinkRoute)
try socket.bind(to: SocketAddress(NetlinkAddress()))
let own = try socket.localAddress.as(NetlinkAddress.self)
print("Bound to port \(own?.portID ?? 0) of the Netlink domain")

// The request: a header (length, type, flags, sequence number, sender), and an `ifinfomsg` that asks for nothing special.
let getLinks: UInt16 = 18  // RTM_GETLINK
let requestAndDump: UInt16 = 0x301  // NLM_F_REQUEST | NLM_F_DUMP
var request = NativeWriter()
request.write(UInt32(32))
request.write(getLinks)
request.write(requestAndDump)
for number: UInt32 in [1, 0, 0, 0, 0, 0] { request.write(number) }
_ = try socket.send(request.bytes, to: SocketAddress(NetlinkAddress.kernel))  // a datagram goes as a whole

// The answer: datagrams with several messages each, up to the message that says "done".
socket.timeout = .seconds(5)
answer: while true {
    let (bytes, sender) = try socket.receiveFrom(upTo: 65_536)
    // Every program of this machine can send to the socket, so look who it was.
    guard sender.as(NetlinkAddress.self)?.portID == NetlinkAddress.kernel.portID else { continue }
    var messages = NativeReader(bytes)
    while let length = messages.read(UInt32.self), let type = messages.read(UInt16.self), messages.skip(10),
        let body = messages.take(Int(length) - 16)
    {
        switch type {
        case 16: print(Link(message: body)?.description ?? "a link that cannot be read")  // RTM_NEWLINK
        case 2: throw SocketError(.protocolError, .receive, subject: "rtnetlink")  // NLMSG_ERROR
        case 3: break answer  // NLMSG_DONE
        default: break
        }
        _ = messages.skip(-Int(length) & 3)
    }
}
