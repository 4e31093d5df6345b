// Networks: whatever parses prints back, and the arithmetic holds together and never traps.

import Sockets

/// Takes one input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard let text = text(bytes) else { return 0 }
    if let address = InterfaceAddress(text) {
        checkRoundTrip(address)
        check(address.network.contains(address.address), "outside its own network")
        check((IPNetwork(text) == nil) == (address.network.address != address.address), "host bits")
    } else {
        check(IPNetwork(text) == nil, "IPNetwork accepts what InterfaceAddress refuses")
    }
    // Two networks or addresses with a space between them.
    let parts = text.split(separator: " ", maxSplits: 1)
    let networks = parts.compactMap { InterfaceAddress($0)?.network }
    for network in networks { checkNetwork(network) }
    if networks.count == 2 { checkPair(networks[0], networks[1]) }
    return 0
}

private func checkNetwork(_ network: IPNetwork) {
    checkRoundTrip(network)
    check(IPNetwork.summarize(network.address, network.lastAddress) == [network], "summarize")
    check(Array(network.subnets(prefixLength: network.prefixLength)) == [network], "subnets of the same length")
    let parts = Array(network.subnets(prefixLength: network.prefixLength + 3))
    check(parts.isEmpty || IPNetwork.collapse(parts.reversed()) == [network], "collapse of the parts")
    check(network.supernet.map { $0.contains(network) } ?? true, "supernet")
    check(network.hosts.prefix(3).allSatisfy { network.contains($0) }, "hosts")
}

private func checkPair(_ left: IPNetwork, _ right: IPNetwork) {
    check(left.overlaps(right) == right.overlaps(left), "overlaps")
    check(left.overlaps(right) == left.contains(right.address) || right.contains(left.address), "contains")
    let rest = left.excluding(right)
    check(rest.allSatisfy { left.contains($0) && !$0.overlaps(right) }, "excluding")
    if left.contains(right) { check(IPNetwork.collapse(rest + [right]) == [left], "excluding and collapse") }
    let range = IPNetwork.summarize(left.address, right.lastAddress)
    check(IPNetwork.collapse(range.shuffled()) == range, "summarize and collapse")
    if let first = range.first, let last = range.last {
        check(first.address == left.address && last.lastAddress == right.lastAddress, "summarize")
    }
}
