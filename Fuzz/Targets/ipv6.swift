// IPv6 addresses with zones: verdict, bytes and text as inet_pton and inet_ntop have them; the zone as written.

import Glibc
import Sockets

/// Takes one input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    let address = IPv6Address(utf8: bytes.span)
    let percent = bytes.firstIndex(of: 0x25)
    let front = UnsafeBufferPointer(rebasing: bytes[..<(percent ?? count)])
    var zone: String?
    var isZoneValid = true
    if let percent {
        let rest = UnsafeBufferPointer(rebasing: bytes[(percent + 1)...])
        zone = text(rest)
        isZoneValid = zone != nil && !rest.isEmpty && !rest.contains(0)
    }
    if front.contains(0) || !isZoneValid {
        check(address == nil, "accepted")
    } else {
        let expected = pton(AF_INET6, front)
        check(address?.high == expected?.0 && address?.low == expected?.1, "inet_pton says \(expected as Any)")
        if let address { check(address.zone.map { Array($0.utf8) } == zone.map { Array($0.utf8) }, "zone differs") }
    }
    if let address {
        checkRoundTrip(address)
        check(IPAddress(utf8: bytes.span) == .v6(address), "IPAddress differs")
        checkText(address.withoutZone)
    }
    if count >= 16, let raw = IPv6Address(bytes: bytes.prefix(16)) {
        checkText(raw)
        // Random bytes have few zero groups; with every second byte cleared by the next one's bits there are many.
        let mask = raw.low
        var sparse = raw.high
        for group in 0..<4 where mask >> UInt64(group) & 1 == 0 { sparse &= ~(0xFFFF << UInt64(16 * group)) }
        checkText(IPv6Address(high: sparse, low: 0))
        checkText(IPv6Address(high: 0, low: sparse))
    }
    return 0
}

private func checkText(_ address: IPv6Address) {
    checkRoundTrip(address)
    check(IPv6Address(address.expandedDescription) == address, "the expanded text does not parse back")
    // glibc prints the long deprecated compatible addresses dotted, RFC 5952 does not ask for it.
    if address.high == 0, address.low >> 32 == 0, address.low > 0xFFFF { return }
    check(address.description == ntop(AF_INET6, address.high, address.low), "inet_ntop differs")
}
