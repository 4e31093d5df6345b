// Names that one would guess, with the real ones as their answers: else the compiler says nothing that helps.

extension SocketOption<Bool> {
    /// Is ``receiveTimeToLive``.
    @available(*, unavailable, renamed: "receiveTimeToLive") public static var receiveTTL: SocketOption {
        .receiveTimeToLive
    }
    /// Is ``ipv6Only``.
    @available(*, unavailable, renamed: "ipv6Only") public static var onlyIPv6: SocketOption { .ipv6Only }
    /// Is ``noDelay``.
    @available(*, unavailable, renamed: "noDelay") public static var tcpNoDelay: SocketOption { .noDelay }
    /// Is ``ipv4MulticastLoop`` or ``ipv6MulticastLoop``.
    @available(
        *, unavailable,
        message:
            "IPv4 and IPv6 have one each: .ipv4MulticastLoop, .ipv6MulticastLoop; a socket for both versions sets both"
    ) public static var multicastLoop: SocketOption { .ipv4MulticastLoop }
    /// Is ``ipv4ReceivePacketInfo`` or ``ipv6ReceivePacketInfo``.
    @available(
        *, unavailable,
        message:
            "IPv4 and IPv6 have one each: .ipv4ReceivePacketInfo, .ipv6ReceivePacketInfo; a socket for both versions sets both"
    ) public static var receivePacketInfo: SocketOption { .ipv4ReceivePacketInfo }
    /// Is ``ipv4ReceiveErrors`` or ``ipv6ReceiveErrors``.
    @available(
        *, unavailable,
        message:
            "IPv4 and IPv6 have one each: .ipv4ReceiveErrors, .ipv6ReceiveErrors; a socket for both versions sets both"
    ) public static var receiveErrors: SocketOption { .ipv4ReceiveErrors }
}

extension SocketOption<Int?> {
    /// Is ``timeToLive``.
    @available(*, unavailable, renamed: "timeToLive") public static var ttl: SocketOption { .timeToLive }
    /// Is ``unicastHops``.
    @available(*, unavailable, renamed: "unicastHops") public static var hopLimit: SocketOption { .unicastHops }
}

extension SocketOption<Int> {
    /// Is ``multicastTimeToLive``.
    @available(*, unavailable, renamed: "multicastTimeToLive") public static var multicastTTL: SocketOption {
        .multicastTimeToLive
    }
}

extension SocketOption<TrafficClass> {
    /// Is ``typeOfService``.
    @available(*, unavailable, renamed: "typeOfService") public static var tos: SocketOption { .typeOfService }
}

extension SocketOption<MulticastInterface> {
    /// Is ``ipv4MulticastInterface`` or ``ipv6MulticastInterface``.
    @available(
        *, unavailable,
        message: "IPv4 and IPv6 have one each: .ipv4MulticastInterface, .ipv6MulticastInterface"
    ) public static var multicastInterface: SocketOption { .ipv4MulticastInterface }
}
