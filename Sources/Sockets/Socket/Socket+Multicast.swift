extension Socket {
    /// Joins a multicast group, so that the socket gets its datagrams.
    ///
    /// Does not block. The membership ends by ``leave(_:)-(MulticastGroup)``, or when the socket is closed. Bind the socket to the port of
    /// the group, with ``SocketOption/reuseAddress`` on where several programs receive it:
    ///
    /// ```swift
    /// let socket = try Socket(.ipv4, .datagram)
    /// try socket.set(.reuseAddress, true)
    /// try socket.bind(to: .any(port: 5353))
    /// try socket.join(MulticastGroup(group, interface: "eth0"))
    /// ```
    ///
    /// The corresponding C constants are `IP_ADD_MEMBERSHIP` and `IPV6_JOIN_GROUP`.
    ///
    /// - Parameter group: The address of the group, of either version, and the interface.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressInUse`` where the socket is a member already,
    ///   ``SocketError/Code/noSuchInterface``, ``SocketError/Code/invalidArgument`` where the address is no multicast
    ///   address, ``SocketError/Code/noBufferSpace`` where the socket is in too many groups.
    public func join(_ group: MulticastGroup) throws(SocketError) {
        switch group.address {
        case .v4: try set(.addMembership, group)
        case .v6: try set(.joinGroup, group)
        }
    }

    /// Joins a multicast group on the interface that the kernel chooses, or that is the zone of the address.
    ///
    /// - Parameter address: The address of the group.
    /// - Throws: ``SocketError`` as ``join(_:)-(MulticastGroup)``.
    public func join(_ address: IPAddress) throws(SocketError) { try join(MulticastGroup(address)) }

    /// Leaves a multicast group.
    ///
    /// Does not block. The corresponding C constants are `IP_DROP_MEMBERSHIP` and `IPV6_LEAVE_GROUP`.
    ///
    /// - Parameter group: The group and the interface, as they were joined.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressNotAvailable`` where the socket is no member.
    public func leave(_ group: MulticastGroup) throws(SocketError) {
        switch group.address {
        case .v4: try set(.dropMembership, group)
        case .v6: try set(.leaveGroup, group)
        }
    }

    /// Leaves a multicast group on the interface that the kernel chooses, or that is the zone of the address.
    ///
    /// - Parameter address: The address of the group.
    /// - Throws: ``SocketError`` as ``leave(_:)-(MulticastGroup)``.
    public func leave(_ address: IPAddress) throws(SocketError) { try leave(MulticastGroup(address)) }

    /// Joins a multicast group for the datagrams of one source; each further source is joined by a further call.
    ///
    /// Does not block. The corresponding C constants are `IP_ADD_SOURCE_MEMBERSHIP` and `MCAST_JOIN_SOURCE_GROUP`.
    ///
    /// - Parameters:
    ///   - group: The address of the group, of either version, and the interface.
    ///   - source: The address of the sender, of the same version.
    /// - Throws: ``SocketError`` as ``join(_:)-(MulticastGroup)``.
    public func join(_ group: MulticastGroup, from source: IPAddress) throws(SocketError) {
        let request = SourceMulticastGroup(group, source: source)
        if group.isOnAddress {
            try set(.addSourceMembership, request)
        } else {
            try set(.multicastJoinSourceGroup, request)
        }
    }

    /// Leaves a multicast group for the datagrams of one source.
    ///
    /// Does not block. The corresponding C constants are `IP_DROP_SOURCE_MEMBERSHIP` and `MCAST_LEAVE_SOURCE_GROUP`.
    ///
    /// - Parameters:
    ///   - group: The group and the interface, as they were joined.
    ///   - source: The address of the sender.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressNotAvailable`` where it was not joined.
    public func leave(_ group: MulticastGroup, from source: IPAddress) throws(SocketError) {
        let request = SourceMulticastGroup(group, source: source)
        if group.isOnAddress {
            try set(.dropSourceMembership, request)
        } else {
            try set(.multicastLeaveSourceGroup, request)
        }
    }

    /// Gets no datagrams of one source any more from a group that was joined for all sources.
    ///
    /// The corresponding C constants are `IP_BLOCK_SOURCE` and `MCAST_BLOCK_SOURCE`.
    ///
    /// - Parameters:
    ///   - source: The address of the sender.
    ///   - group: The group and the interface, as they were joined.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` where the group was not joined.
    public func block(_ source: IPAddress, in group: MulticastGroup) throws(SocketError) {
        let request = SourceMulticastGroup(group, source: source)
        if group.isOnAddress {
            try set(.blockSource, request)
        } else {
            try set(.multicastBlockSource, request)
        }
    }

    /// Gets the datagrams of a source that was blocked again.
    ///
    /// The corresponding C constants are `IP_UNBLOCK_SOURCE` and `MCAST_UNBLOCK_SOURCE`.
    ///
    /// - Parameters:
    ///   - source: The address of the sender.
    ///   - group: The group and the interface, as they were joined.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressNotAvailable`` where it was not blocked.
    public func unblock(_ source: IPAddress, in group: MulticastGroup) throws(SocketError) {
        let request = SourceMulticastGroup(group, source: source)
        if group.isOnAddress {
            try set(.unblockSource, request)
        } else {
            try set(.multicastUnblockSource, request)
        }
    }
}
