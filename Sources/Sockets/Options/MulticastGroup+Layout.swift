// How groups are laid out for the kernel: ip_mreqn, ip_mreq_source, ipv6_mreq, group_req, group_source_req, group_filter.

extension MulticastGroup {
    /// The level of the options of the group's version.
    var level: CInt { address.isIPv4 ? OptionLevel.ip : OptionLevel.ipv6 }

    /// The interface, which may stand in the zone of the address.
    private var effectiveInterface: MulticastInterface {
        if interface == .any, let zone = address.zone { .named(zone) } else { interface }
    }

    func ipv4() throws(OptionMisfit) -> IPv4Address {
        if case .v4(let address) = address { return address }
        throw OptionMisfit("\(address) is no address of IPv4, which this option takes alone")
    }

    /// The number of the interface, as `group_req` has it, also of an interface that is given by its address.
    fileprivate func start(for socket: Socket) throws(OptionMisfit) -> [UInt8] {
        // The address that follows is aligned as a pointer is.
        let index = try OptionBytes.store(effectiveInterface.index(for: socket))
        return index + [UInt8](repeating: 0, count: Int.bitWidth / 8 - index.count)
    }

    /// A `group_req`.
    private func groupRequest(for socket: Socket) throws(OptionMisfit) -> [UInt8] {
        try start(for: socket) + SourceMulticastGroup.storage(address)
    }

    /// `IP_ADD_MEMBERSHIP` and its opposite: an `ip_mreqn`.
    static var ipv4Codec: OptionCodec<MulticastGroup> {
        .structure(
            capacity: 12,
            encode: { group, socket throws(OptionMisfit) in
                try group.ipv4().bytes + group.effectiveInterface.ipv4Fields(for: socket)
            },
            decode: { _ in nil })
    }

    /// `IPV6_JOIN_GROUP` and its opposite: an `ipv6_mreq`.
    static var ipv6Codec: OptionCodec<MulticastGroup> {
        .structure(
            capacity: 20,
            encode: { group, socket throws(OptionMisfit) in
                guard case .v6(let address) = group.address else {
                    throw OptionMisfit("\(group.address) is no address of IPv6, which this option takes alone")
                }
                return try address.bytes + OptionBytes.store(group.effectiveInterface.index(for: socket))
            }, decode: { _ in nil })
    }

    /// The options of both versions.
    static var codec: OptionCodec<MulticastGroup> {
        .structure(
            capacity: 136, encode: { group, socket throws(OptionMisfit) in try group.groupRequest(for: socket) },
            decode: { _ in nil })
    }

    /// Whether the interface is given by an address, which only the options of IPv4 take.
    var isOnAddress: Bool { if case .address = interface.form { true } else { false } }
}

extension SourceMulticastGroup {
    /// The level of the options of the group's version.
    var level: CInt { group.level }

    /// An address, without port and zone, as a `sockaddr_storage`.
    fileprivate static func storage(_ address: IPAddress) throws(OptionMisfit) -> [UInt8] {
        let socketAddress: SocketAddress =
            switch address {
            case .v4(let address): .ipv4(address, port: .any)
            case .v6(let address): .ipv6(address.withoutZone, port: .any, flowLabel: 0)
            }
        do { return try KernelAddress(socketAddress, for: .setOption).bytes } catch {
            throw OptionMisfit(error.hint ?? "the address cannot be used", code: error.code)
        }
    }

    private func checkVersions() throws(OptionMisfit) {
        guard source.isIPv4 == group.address.isIPv4 else {
            throw OptionMisfit("the group \(group.address) and the source \(source) are of two versions")
        }
    }

    /// `IP_ADD_SOURCE_MEMBERSHIP` and its relatives: an `ip_mreq_source`, which knows interfaces by their address alone.
    static var ipv4Codec: OptionCodec<SourceMulticastGroup> {
        .bytes(
            capacity: 12,
            encode: { request throws(OptionMisfit) in
                let group = try request.group.ipv4()
                try request.checkVersions()
                switch request.group.interface.form {
                case .any: return group.bytes + IPv4Address.any.bytes + request.source.bytes
                case .address(let address): return group.bytes + address.bytes + request.source.bytes
                case .index, .name:
                    throw OptionMisfit(
                        "this option knows an interface by its address alone; `join(_:from:)` takes every form")
                }
            }, decode: { _ in nil })
    }

    /// The options of both versions: a `group_source_req`.
    static var codec: OptionCodec<SourceMulticastGroup> {
        .structure(
            capacity: 264,
            encode: { request, socket throws(OptionMisfit) in
                try request.checkVersions()
                return try request.group.start(for: socket) + storage(request.group.address) + storage(request.source)
            }, decode: { _ in nil })
    }
}

extension MulticastSourceFilter {
    /// The level of the options of the group's version.
    var level: CInt { group.level }

    /// The mode as the kernel has it: `MCAST_EXCLUDE` is 0, `MCAST_INCLUDE` 1.
    private var mode: [UInt8] { OptionBytes.store(UInt32(isIncluding ? 1 : 0)) }

    private func checkVersions() throws(OptionMisfit) {
        for source in sources where source.isIPv4 != group.address.isIPv4 {
            throw OptionMisfit("the group \(group.address) and the source \(source) are of two versions")
        }
    }

    /// `IP_MSFILTER`: an `ip_msfilter`.
    static var ipv4Codec: OptionCodec<MulticastSourceFilter> {
        .bytes(
            capacity: 16,
            encode: { filter throws(OptionMisfit) in
                let group = try filter.group.ipv4()
                try filter.checkVersions()
                var interface = IPv4Address.any
                switch filter.group.interface.form {
                case .any: break
                case .address(let address): interface = address
                case .index, .name:
                    throw OptionMisfit(
                        "this option knows an interface by its address alone; multicastSourceFilter takes every form")
                }
                return group.bytes + interface.bytes + filter.mode
                    + OptionBytes.store(UInt32(clamping: filter.sources.count)) + filter.sources.flatMap(\.bytes)
            }, decode: { _ in nil })
    }

    /// `MCAST_MSFILTER`: a `group_filter`.
    static var codec: OptionCodec<MulticastSourceFilter> {
        .structure(
            capacity: 144,
            encode: { filter, socket throws(OptionMisfit) in
                try filter.checkVersions()
                var bytes = try filter.group.start(for: socket) + SourceMulticastGroup.storage(filter.group.address)
                bytes += filter.mode + OptionBytes.store(UInt32(clamping: filter.sources.count))
                for source in filter.sources { bytes += try SourceMulticastGroup.storage(source) }
                return bytes
            }, decode: { _ in nil })
    }
}

extension IPv6Address {
    /// The number of the interface that is the zone; 0 without one.
    private func zoneIndex(for socket: Socket) throws(OptionMisfit) -> UInt32 {
        guard let zone else { return 0 }
        return try MulticastInterface.named(zone).index(for: socket)
    }

    /// `IPV6_JOIN_ANYCAST` and its opposite: an `ipv6_mreq`.
    static var membershipCodec: OptionCodec<IPv6Address> {
        .structure(
            capacity: 20,
            encode: { address, socket throws(OptionMisfit) in
                try address.bytes + OptionBytes.store(address.zoneIndex(for: socket))
            },
            decode: { _ in nil })
    }

    /// `IPV6_PKTINFO`: an `in6_pktinfo`, which has the same layout.
    static var packetInfoCodec: OptionCodec<IPv6Address> { membershipCodec }
}
