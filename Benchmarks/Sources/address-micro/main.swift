// Time to parse and to print addresses, beside inet_pton and inet_ntop called from Swift on strings.
//
//     cd Benchmarks && swift run -c release address-micro [rounds]
//
// The candidates take turns in every round, so that a busy machine slows all of them; the least time of each is shown.

import Glibc
import Sockets

/// SplitMix64, so that every run has the same addresses.
struct FixedGenerator: RandomNumberGenerator {
    var state: UInt64 = 1

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

// Every candidate returns a number made of its results, so that the optimiser cannot leave the work out.

@inline(never)
func pton4(_ texts: [String]) -> UInt64 {
    var sum: UInt64 = 0
    for text in texts {
        var address = in_addr()
        if inet_pton(AF_INET, text, &address) == 1 { sum &+= UInt64(address.s_addr) }
    }
    return sum
}

@inline(never)
func ours4(_ texts: [String]) -> UInt64 {
    var sum: UInt64 = 0
    for text in texts {
        if let address = IPv4Address(text) { sum &+= UInt64(address.rawValue) }
    }
    return sum
}

@inline(never)
func pton6(_ texts: [String]) -> UInt64 {
    var sum: UInt64 = 0
    for text in texts {
        var address = in6_addr()
        if inet_pton(AF_INET6, text, &address) == 1 { sum &+= UInt64(address.__in6_u.__u6_addr32.3) }
    }
    return sum
}

@inline(never)
func ours6(_ texts: [String]) -> UInt64 {
    var sum: UInt64 = 0
    for text in texts {
        if let address = IPv6Address(text) { sum &+= address.low }
    }
    return sum
}

/// The fastest way to get a string from inet_ntop: a buffer on the stack and one copy.
@inline(never)
func ntop4(_ addresses: [IPv4Address]) -> UInt64 {
    var sum: UInt64 = 0
    for address in addresses {
        var raw = in_addr(s_addr: address.rawValue.bigEndian)
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET_ADDRSTRLEN)) { buffer -> String in
            inet_ntop(AF_INET, &raw, buffer.baseAddress, socklen_t(INET_ADDRSTRLEN)).map { String(cString: $0) } ?? ""
        }
        sum &+= UInt64(text.utf8.count)
    }
    return sum
}

@inline(never)
func print4(_ addresses: [IPv4Address]) -> UInt64 {
    var sum: UInt64 = 0
    for address in addresses { sum &+= UInt64(address.description.utf8.count) }
    return sum
}

@inline(never)
func ntop6(_ addresses: [IPv6Address]) -> UInt64 {
    var sum: UInt64 = 0
    for address in addresses {
        var raw = in6_addr()
        let high = address.high.bigEndian
        let low = address.low.bigEndian
        withUnsafeMutableBytes(of: &raw) { bytes in
            bytes.storeBytes(of: high, as: UInt64.self)
            bytes.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
        }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer -> String in
            inet_ntop(AF_INET6, &raw, buffer.baseAddress, socklen_t(INET6_ADDRSTRLEN)).map { String(cString: $0) } ?? ""
        }
        sum &+= UInt64(text.utf8.count)
    }
    return sum
}

@inline(never)
func print6(_ addresses: [IPv6Address]) -> UInt64 {
    var sum: UInt64 = 0
    for address in addresses { sum &+= UInt64(address.description.utf8.count) }
    return sum
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 400
var generator = FixedGenerator()
let count = 1000
let addresses4 = (0..<count).map { _ in IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator)) }
// A third full, a third with some groups zero as in daily life, a third short.
let addresses6 = (0..<count).map { index -> IPv6Address in
    let high = UInt64.random(in: 0 ... .max, using: &generator)
    let low = UInt64.random(in: 0 ... .max, using: &generator)
    switch index % 3 {
    case 0: return IPv6Address(high: high, low: low)
    case 1: return IPv6Address(high: 0x2001_0DB8_0000_0000 | high & 0xFFFF_FFFF, low: low & 0xFFFF)
    default: return IPv6Address(high: 0xFE80_0000_0000_0000, low: low)
    }
}
let texts4 = addresses4.map(\.description)
let texts6 = addresses6.map(\.description)

let comparisons: [(name: String, theirs: () -> UInt64, ours: () -> UInt64)] = [
    ("parse IPv4", { pton4(texts4) }, { ours4(texts4) }),
    ("parse IPv6", { pton6(texts6) }, { ours6(texts6) }),
    ("print IPv4", { ntop4(addresses4) }, { print4(addresses4) }),
    ("print IPv6", { ntop6(addresses6) }, { print6(addresses6) }),
]
var least = comparisons.map { _ in (theirs: Duration.seconds(1), ours: Duration.seconds(1)) }
let clock = ContinuousClock()
var total: UInt64 = 0
for _ in 0..<rounds {
    for (index, comparison) in comparisons.enumerated() {
        least[index].theirs = min(least[index].theirs, clock.measure { total &+= comparison.theirs() })
        least[index].ours = min(least[index].ours, clock.measure { total &+= comparison.ours() })
    }
}

/// A number with one digit after the point, in a column.
func column(_ value: Double, _ width: Int = 12) -> String {
    let tenths = Int((value * 10).rounded())
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

print("least of \(rounds) rounds, ns/op         C          Swift   times as fast")
for (comparison, time) in zip(comparisons, least) {
    let theirs = time.theirs / .nanoseconds(count)
    let ours = time.ours / .nanoseconds(count)
    print("\(comparison.name) \(column(theirs, 24)) \(column(ours, 14)) \(column(theirs / ours, 14))")
}
print("sum of all results: \(total)")
