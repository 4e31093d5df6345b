// Hosts with ports: what divides joins again to the same text.

import Sockets

/// Takes one input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard let text = text(bytes) else { return 0 }
    guard let (host, service) = HostPort.split(text) else {
        check(HostPort(text) == nil, "parses but does not divide")
        return 0
    }
    let joined = HostPort.join(host: host, service: service)
    // Brackets around a host without a colon are allowed and dropped.
    check(joined.utf8.elementsEqual(text.utf8) || "[\(host)]:\(service)".utf8.elementsEqual(text.utf8), "join")
    let again = HostPort.split(joined)
    check(again?.host == host && again?.service == service, "the joined text divides differently")
    if let value = HostPort(text) {
        checkRoundTrip(value)
        check(Port(service) == value.port, "port")
    }
    return 0
}
