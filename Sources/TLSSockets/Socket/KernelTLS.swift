/// Encryption by the kernel (kTLS): whether there is any.
///
/// ```swift
/// print(KernelTLS.isInKernel, KernelTLS.isInLibrary)
/// ```
///
/// Connections of this library are encrypted by OpenSSL in this process, also where the kernel could: their records come
/// from memory of their own, and never have to be repeated. ``SecureConnection/kernelTLS`` tells what holds for one.
public enum KernelTLS {
    /// The directions of a connection.
    public struct Directions: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Directions by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// What is sent.
        public static let sending = Directions(rawValue: 1)
        /// What is received.
        public static let receiving = Directions(rawValue: 2)
    }

    /// Whether the kernel has it: the protocol `tls` above TCP (`TCP_ULP`), loaded or to be loaded.
    ///
    /// The kernel is asked once. The module's name is `tls`.
    public static let isInKernel = KernelTLSStorage.isInKernel

    /// Whether the system's OpenSSL was built for it.
    public static var isInLibrary: Bool { KernelTLSStorage.isInLibrary }
}

extension SecureConnection {
    /// The directions in which the kernel encrypts; none where OpenSSL does it in this process.
    public var kernelTLS: KernelTLS.Directions { facts.connection?.kernelDirections ?? [] }
}
