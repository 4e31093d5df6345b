// Addresses with ports, Unix names and raw ones: whatever parses prints back, and agrees with its parts.

import Sockets

/// Takes one input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard let text = text(bytes) else { return 0 }
    if let address = SocketAddress(text) {
        checkRoundTrip(address)
        if let port = address.port {
            check(address.withPort(port) == address, "withPort")
            if let ip = address.ipAddress, !text.utf8.contains(0x3B), let parts = HostPort(text) {
                check(parts.ipAddress == ip && parts.port == port, "HostPort differs")
            }
        }
    } else if let parts = HostPort(text), let ip = parts.ipAddress, ip.isIPv6 || !text.utf8.contains(0x5B) {
        fatalError("a host and port of an address was refused")
    }
    if count >= 2 {
        let port = Port(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        checkRoundTrip(port)
        let rest = UnsafeBufferPointer(rebasing: bytes.dropFirst(2))
        if let ip = IPAddress(utf8: rest.span) { checkRoundTrip(SocketAddress.ip(ip, port: port)) }
        checkRoundTrip(SocketAddress.other(RawSocketAddress(family: port.rawValue, bytes: Array(rest))))
    }
    return 0
}
