internal import CSockets

extension SocketOption<Bool> {
    /// Whether each packet that a packet socket receives has with it its real length, its VLAN, and what is known of its
    /// checksum: ``ControlMessage/packetAuxiliaryData(_:)``.
    ///
    /// ```swift
    /// try socket.set(.receivePacketAuxiliaryData, true)
    /// ```
    ///
    /// The corresponding C constant is `PACKET_AUXDATA`.
    public static var receivePacketAuxiliaryData: SocketOption {
        SocketOption(OptionLevel.packet, CSockets.PACKET_AUXDATA, "PACKET_AUXDATA", .flag)
    }
    /// C's name of ``receivePacketAuxiliaryData``.
    @available(*, unavailable, renamed: "receivePacketAuxiliaryData") public static var PACKET_AUXDATA: SocketOption {
        .receivePacketAuxiliaryData
    }
}
