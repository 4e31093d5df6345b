extension SocketAddress: CustomStringConvertible {
    /// The address for people, in errors and logs.
    ///
    /// For Internet and Unix addresses it is their ``text``. An address of another family that the library has a type for
    /// says what that type says, after the family: `netlink port 4711, groups 0x1`. Any other is `raw:` with its bytes.
    public var description: String {
        guard case .other(let raw) = self, let typed = raw.typed else { return text }
        // A peer's bytes may be among it, and a terminal may show it.
        let words = String(
            typed.description.unicodeScalars.flatMap { scalar in
                scalar.properties.generalCategory == .control
                    ? Array(scalar.escaped(asASCII: true)) : [Character(scalar)]
            })
        return "\(AddressFamily(rawValue: CInt(raw.family))) \(words)"
    }
}

extension RawSocketAddress {
    /// The address as the type of its family; `nil` where there is none, or the bytes are none of it.
    ///
    /// Each type of an address that is `SocketAddress.other` has its place here.
    var typed: (any CustomSocketAddress & CustomStringConvertible)? {
        switch AddressFamily(rawValue: CInt(family)) {
        case .alg: AlgorithmAddress(self)
        case .appleTalk: AppleTalkAddress(self)
        case .ax25: AX25Address(self)
        case .bluetooth: bluetooth
        case .can: can
        case .ieee802154: IEEE802154Address(self)
        case .ipx: IPXAddress(self)
        case .irda: IrDAAddress(self)
        case .llc: LLCAddress(self)
        case .mctp: MCTPAddress(self)
        case .netlink: NetlinkAddress(self)
        case .nfc: NFCLinkAddress(self) ?? NFCAddress(self)
        case .packet: PacketAddress(self)
        case .phonet: PhonetAddress(self)
        case .pppox: PPPAddress(self)
        case .qipcrtr: QIPCRouterAddress(self)
        case .tipc: TIPCAddress(self)
        case .vsock: VSockAddress(self)
        case .x25: X25Address(self)
        case .xdp: XDPAddress(self)
        case .xns: XNSAddress(self)
        default: nil
        }
    }

    /// Of four protocols, whose addresses differ in their lengths.
    private var bluetooth: (any CustomSocketAddress & CustomStringConvertible)? {
        switch bytes.count {
        case 4: HCIAddress(self)
        case 6: SCOAddress(self)
        case 8: RFCOMMAddress(self)
        default: L2CAPAddress(self)
        }
    }

    /// Of three protocols, whose addresses have one length, or that which the kernel gives: by the fields that are used.
    private var can: (any CustomSocketAddress & CustomStringConvertible)? {
        func isUsed(_ range: Range<Int>) -> Bool {
            bytes.dropFirst(range.lowerBound).prefix(range.count).contains { $0 != 0 }
        }
        if isUsed(14..<19) { return J1939Address(self) }
        return isUsed(6..<14) ? ISOTPAddress(self) : CANAddress(self)
    }
}
