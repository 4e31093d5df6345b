extension IPNetwork {
    /// The networks of a longer prefix that this one is made of, made one by one as they are asked for.
    ///
    /// A network has no parts of a shorter prefix, or of one longer than its addresses: the sequence is empty then.
    /// `::/0` has 2^128 parts of the length 128, so take a `prefix(_:)` of what you do not know the size of.
    public func subnets(prefixLength: Int) -> Subnets {
        Subnets(of: self, prefixLength: prefixLength)
    }

    /// All addresses of the network in order, made one by one as they are asked for.
    public var addresses: Addresses {
        Addresses(like: address, first: firstBits, last: lastBits)
    }

    /// The addresses that a machine can have, made one by one as they are asked for.
    ///
    /// Without the first address (the network's own, or the anycast address of IPv6 routers) and without the broadcast
    /// address of IPv4. A network of two addresses (RFC 3021, RFC 6164) or of one has all of them.
    public var hosts: Addresses {
        guard address.bitWidth - prefixLength > 1 else { return addresses }
        return Addresses(like: address, first: firstBits + 1, last: address.isIPv4 ? lastBits - 1 : lastBits)
    }

    /// The networks, as few as can be, that have all addresses of this one but those of another.
    ///
    /// Empty when the other one contains this one; this one alone when they have nothing in common. In order.
    public func excluding(_ other: IPNetwork) -> [IPNetwork] {
        guard overlaps(other) else { return [self] }
        guard !other.contains(self) else { return [] }
        var before: [IPNetwork] = []
        var after: [IPNetwork] = []
        var rest = self
        while rest.length < other.length {
            guard let halves = rest.halves else { break }
            if halves.lower.contains(other) {
                after.append(halves.upper)
                rest = halves.lower
            } else {
                before.append(halves.lower)
                rest = halves.upper
            }
        }
        return before + after.reversed()
    }

    /// The two halves, nil for a network of one address.
    private var halves: (lower: IPNetwork, upper: IPNetwork)? {
        guard prefixLength < address.bitWidth else { return nil }
        let bit = UInt128(1) << (address.bitWidth - prefixLength - 1)
        return (
            IPNetwork(like: address, bits: firstBits, length: length + 1),
            IPNetwork(like: address, bits: firstBits | bit, length: length + 1)
        )
    }

    /// The networks, as few as can be, that have exactly the addresses from `first` to `last`, in order.
    ///
    /// Empty when `last` is before `first` or of the other version. Zones do not matter.
    public static func summarize(_ first: IPAddress, _ last: IPAddress) -> [IPNetwork] {
        guard first.isIPv4 == last.isIPv4, first.bits <= last.bits else { return [] }
        let width = first.bitWidth
        var networks: [IPNetwork] = []
        var next = first.bits
        while true {
            // The largest block that begins here and ends in time.
            var size = min(next.trailingZeroBitCount, width)
            while size > 0, last.bits - next < ~(UInt128.max << size) { size -= 1 }
            networks.append(IPNetwork(like: first, bits: next, length: UInt8(width - size)))
            let end = next | ~(UInt128.max << size)
            guard end < last.bits else { return networks }
            next = end + 1
        }
    }

    /// The networks, as few as can be, that have exactly the addresses of all the given ones, in order.
    public static func collapse(_ networks: some Sequence<IPNetwork>) -> [IPNetwork] {
        var result: [IPNetwork] = []
        for network in networks.sorted() {
            // Sorted, so that only the last one of the result can contain or complete this one.
            if let last = result.last, last.contains(network) { continue }
            var network = network
            while let last = result.last, last.length == network.length, let parent = network.supernet,
                last != network, last.supernet == parent
            {
                result.removeLast()
                network = parent
            }
            result.append(network)
        }
        return result
    }
}

extension IPNetwork {
    /// The parts of a network, see ``IPNetwork/subnets(prefixLength:)``.
    public struct Subnets: Sequence, IteratorProtocol, Sendable {
        private let network: IPNetwork
        private let length: UInt8
        private let step: UInt128
        private var upcoming: UInt128?

        init(of network: IPNetwork, prefixLength: Int) {
            self.network = network
            let width = network.address.bitWidth
            if prefixLength >= network.prefixLength, prefixLength <= width {
                length = UInt8(prefixLength)
                // 0 for the one part of ::/0 that is ::/0, after which the sequence ends.
                step = 1 << (width - prefixLength)
                upcoming = network.firstBits
            } else {
                length = 0
                step = 0
                upcoming = nil
            }
        }

        /// The next part, nil after the last one.
        public mutating func next() -> IPNetwork? {
            guard let bits = upcoming else { return nil }
            let (following, overflow) = bits.addingReportingOverflow(step)
            upcoming = overflow || step == 0 || following > network.lastBits ? nil : following
            return IPNetwork(like: network.address, bits: bits, length: length)
        }
    }

    /// Addresses in order, see ``IPNetwork/addresses`` and ``IPNetwork/hosts``.
    public struct Addresses: Sequence, IteratorProtocol, Sendable {
        private let model: IPAddress
        private let last: UInt128
        private var upcoming: UInt128?

        init(like model: IPAddress, first: UInt128, last: UInt128) {
            self.model = model
            self.last = last
            upcoming = first <= last ? first : nil
        }

        /// The next address, nil after the last one.
        public mutating func next() -> IPAddress? {
            guard let bits = upcoming else { return nil }
            upcoming = bits < last ? bits + 1 : nil
            return model.withBits(bits)
        }
    }
}
