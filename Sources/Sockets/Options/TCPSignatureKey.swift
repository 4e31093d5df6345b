/// The key by which the segments from and to a peer are signed, as between routers that speak BGP (RFC 2385).
///
/// Set it on both sides before connecting, or on the listener before the peer connects. The corresponding C structure is
/// `tcp_md5sig`.
public struct TCPSignatureKey: Hashable, Sendable {
    /// The address of the peer; its port does not matter.
    public var peer: IPAddress
    /// The key, 1 to 80 bytes; empty takes the key of this peer away.
    public var key: [UInt8]
    /// How many first bits of the peer's address count; for ``WriteOnlySocketOption/md5SignatureExtended`` alone.
    public var prefixLength: UInt8?
    /// The number of the interface (of a virtual router) that it holds for; for
    /// ``WriteOnlySocketOption/md5SignatureExtended`` alone.
    public var interfaceIndex: Int32?

    /// Makes a key.
    public init(peer: IPAddress, key: [UInt8], prefixLength: UInt8? = nil, interfaceIndex: Int32? = nil) {
        self.peer = peer
        self.key = key
        self.prefixLength = prefixLength
        self.interfaceIndex = interfaceIndex
    }

    /// The `tcp_md5sig`.
    func bytes(extended: Bool) throws(OptionMisfit) -> [UInt8] {
        guard key.count <= 80 else { throw OptionMisfit("a key has at most 80 bytes, not \(key.count)") }
        guard extended || prefixLength == nil && interfaceIndex == nil else {
            throw OptionMisfit("a prefix or an interface needs the option md5SignatureExtended")
        }
        let address: SocketAddress =
            switch peer {
            case .v4(let address): .ipv4(address, port: .any)
            case .v6(let address): .ipv6(address, port: .any, flowLabel: 0)
            }
        let storage: [UInt8]
        do { storage = try KernelAddress(address, for: .setOption).bytes } catch {
            throw OptionMisfit(error.hint ?? "the address cannot be used", code: error.code)
        }
        let flags: UInt8 = (prefixLength == nil ? 0 : 1) | (interfaceIndex == nil ? 0 : 2)
        return storage + [flags, prefixLength ?? 0] + OptionBytes.store(UInt16(clamping: key.count))
            + OptionBytes.store(interfaceIndex ?? 0) + key + [UInt8](repeating: 0, count: 80 - key.count)
    }
}

extension TCPSignatureKey: CustomStringConvertible {
    /// The peer; the key is never printed.
    public var description: String { "signature key for \(peer)" }
}
