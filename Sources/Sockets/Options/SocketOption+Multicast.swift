internal import CSockets

// The options of multicast groups that do not depend on the version (RFC 3678): the level is that of the group.

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Gets no datagrams of one source any more from a group that was joined for all.
    ///
    /// The corresponding C constant is `MCAST_BLOCK_SOURCE`.
    public static var multicastBlockSource: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_BLOCK_SOURCE, "MCAST_BLOCK_SOURCE", SourceMulticastGroup.codec,
            hint: "join the group for all sources first", levelOfValue: { $0.level })
    }
    /// C's name of ``multicastBlockSource``.
    @available(*, unavailable, renamed: "multicastBlockSource") public static var MCAST_BLOCK_SOURCE:
        WriteOnlySocketOption
    { .multicastBlockSource }
}

extension WriteOnlySocketOption<MulticastGroup> {
    /// Joins a multicast group.
    ///
    /// ``Socket/join(_:)-(MulticastGroup)`` is the method for it.
    ///
    /// The corresponding C constant is `MCAST_JOIN_GROUP`.
    public static var multicastJoinGroup: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_JOIN_GROUP, "MCAST_JOIN_GROUP", MulticastGroup.codec,
            hint:
                "the address is no multicast address, no interface can be chosen for it, or the group is joined already; "
                + "sockets of TCP join none",
            levelOfValue: { $0.level })
    }
    /// C's name of ``multicastJoinGroup``.
    @available(*, unavailable, renamed: "multicastJoinGroup") public static var MCAST_JOIN_GROUP: WriteOnlySocketOption
    { .multicastJoinGroup }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Joins a multicast group for the datagrams of one source.
    ///
    /// ``Socket/join(_:from:)`` is the method for it.
    ///
    /// The corresponding C constant is `MCAST_JOIN_SOURCE_GROUP`.
    public static var multicastJoinSourceGroup: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_JOIN_SOURCE_GROUP, "MCAST_JOIN_SOURCE_GROUP", SourceMulticastGroup.codec,
            hint:
                "the address is no multicast address, no interface can be chosen for it, or the group is joined for all sources",
            levelOfValue: { $0.level })
    }
    /// C's name of ``multicastJoinSourceGroup``.
    @available(*, unavailable, renamed: "multicastJoinSourceGroup") public static var MCAST_JOIN_SOURCE_GROUP:
        WriteOnlySocketOption
    { .multicastJoinSourceGroup }
}

extension WriteOnlySocketOption<MulticastGroup> {
    /// Leaves a multicast group.
    ///
    /// ``Socket/leave(_:)-(MulticastGroup)`` is the method for it.
    ///
    /// The corresponding C constant is `MCAST_LEAVE_GROUP`.
    public static var multicastLeaveGroup: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_LEAVE_GROUP, "MCAST_LEAVE_GROUP", MulticastGroup.codec,
            hint: "the socket has not joined the group on this interface", levelOfValue: { $0.level })
    }
    /// C's name of ``multicastLeaveGroup``.
    @available(*, unavailable, renamed: "multicastLeaveGroup") public static var MCAST_LEAVE_GROUP:
        WriteOnlySocketOption
    { .multicastLeaveGroup }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Leaves a multicast group for the datagrams of one source.
    ///
    /// The corresponding C constant is `MCAST_LEAVE_SOURCE_GROUP`.
    public static var multicastLeaveSourceGroup: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_LEAVE_SOURCE_GROUP, "MCAST_LEAVE_SOURCE_GROUP", SourceMulticastGroup.codec,
            hint: "the socket has not joined the group for this source", levelOfValue: { $0.level })
    }
    /// C's name of ``multicastLeaveSourceGroup``.
    @available(*, unavailable, renamed: "multicastLeaveSourceGroup") public static var MCAST_LEAVE_SOURCE_GROUP:
        WriteOnlySocketOption
    { .multicastLeaveSourceGroup }
}

extension WriteOnlySocketOption<MulticastSourceFilter> {
    /// All the sources of a joined group at once.
    ///
    /// See ``MulticastSourceFilter``.
    ///
    /// The corresponding C constant is `MCAST_MSFILTER`.
    public static var multicastSourceFilter: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_MSFILTER, "MCAST_MSFILTER", MulticastSourceFilter.codec,
            hint: "join the group first", levelOfValue: { $0.level })
    }
    /// C's name of ``multicastSourceFilter``.
    @available(*, unavailable, renamed: "multicastSourceFilter") public static var MCAST_MSFILTER: WriteOnlySocketOption
    { .multicastSourceFilter }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Gets the datagrams of a source that was blocked again.
    ///
    /// The corresponding C constant is `MCAST_UNBLOCK_SOURCE`.
    public static var multicastUnblockSource: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.MCAST_UNBLOCK_SOURCE, "MCAST_UNBLOCK_SOURCE", SourceMulticastGroup.codec,
            hint: "the source is not blocked", levelOfValue: { $0.level })
    }
    /// C's name of ``multicastUnblockSource``.
    @available(*, unavailable, renamed: "multicastUnblockSource") public static var MCAST_UNBLOCK_SOURCE:
        WriteOnlySocketOption
    { .multicastUnblockSource }
}
