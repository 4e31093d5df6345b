// Unix names: any bytes print to text without control characters that parses back.

import Sockets

/// Takes one input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    for address in [UnixAddress(.path(Array(bytes))), UnixAddress(abstract: bytes)] {
        guard address != UnixAddress(path: "") else { continue }
        let text = address.description
        check(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "control characters")
        checkRoundTrip(address)
        checkRoundTrip(SocketAddress.unix(address))
        if let path = address.path { check(UnixAddress(path: path).path == path, "path") }
    }
    if let text = text(bytes), let address = UnixAddress(text) { checkRoundTrip(address) }
    return 0
}
