// Typed addresses of every family, read from the bytes that a kernel or a peer gave: what is read, is written so that it
// is read again; nothing is read outside the bytes.

import Sockets

/// Reads an address as one type.
private func read<Address: CustomSocketAddress & Equatable>(_ type: Address.Type, _ raw: RawSocketAddress) {
    guard let address = Address(raw) else { return }
    let written = address.raw
    check(written.family == raw.family, "\(type) changes the family")
    check(Address(written) == address, "\(type) \(address) is not read back")
    check(SocketAddress(address).as(type) == address, "\(type) \(address) does not come through SocketAddress")
    checkRoundTrip(SocketAddress(address))
}

/// Takes one input of the fuzzer: the family's number, then the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard let family = bytes.first else { return 0 }
    // The number of XNS lies far from the others.
    let number = family % 48 == 47 ? 0x4E53 : UInt16(family % 48)
    let raw = RawSocketAddress(family: number, bytes: Array(bytes.dropFirst()))
    read(AX25Address.self, raw)
    read(AlgorithmAddress.self, raw)
    read(AppleTalkAddress.self, raw)
    read(CANAddress.self, raw)
    read(HCIAddress.self, raw)
    read(IEEE802154Address.self, raw)
    read(IPXAddress.self, raw)
    read(ISOTPAddress.self, raw)
    read(IrDAAddress.self, raw)
    read(J1939Address.self, raw)
    read(L2CAPAddress.self, raw)
    read(LLCAddress.self, raw)
    read(MCTPAddress.self, raw)
    read(NFCAddress.self, raw)
    read(NFCLinkAddress.self, raw)
    read(NetlinkAddress.self, raw)
    read(PPPAddress.self, raw)
    read(PacketAddress.self, raw)
    read(PhonetAddress.self, raw)
    read(QIPCRouterAddress.self, raw)
    read(RFCOMMAddress.self, raw)
    read(SCOAddress.self, raw)
    read(TIPCAddress.self, raw)
    read(VSockAddress.self, raw)
    read(X25Address.self, raw)
    read(XDPAddress.self, raw)
    read(XNSAddress.self, raw)
    return 0
}
