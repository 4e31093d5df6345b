// IPv4 addresses: verdict, bytes and text as inet_pton and inet_ntop have them; the lenient form as inet_aton.

import Glibc
import Sockets

/// Takes one input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    let address = IPv4Address(utf8: bytes.span)
    let hasNUL = bytes.contains(0)
    if hasNUL {
        check(address == nil, "a NUL was accepted")
    } else {
        let expected = pton(AF_INET, bytes).map { UInt32($0.0 >> 32) }
        check(address?.rawValue == expected, "inet_pton says \(expected as Any)")
    }
    if let address {
        check(address.description == ntop(AF_INET, UInt64(address.rawValue) << 32, 0), "inet_ntop differs")
        // The strict text has one spelling only.
        check(address.description.utf8.elementsEqual(bytes), "the text is not the canonical one")
        check(IPAddress(utf8: bytes.span) == .v4(address), "IPAddress differs")
    }
    if count >= 4, let raw = IPv4Address(bytes: bytes.prefix(4)) {
        checkRoundTrip(raw)
        check(raw.description == ntop(AF_INET, UInt64(raw.rawValue) << 32, 0), "inet_ntop differs")
    }
    if !hasNUL, let text = text(bytes) {
        var raw = in_addr()
        let expected = inet_aton(text, &raw) == 1 ? UInt32(bigEndian: raw.s_addr) : nil
        check(IPv4Address(lenient: text)?.rawValue == expected, "inet_aton says \(expected as Any)")
        check(IPv4Address(text) == address, "text and bytes differ")
    }
    return 0
}
