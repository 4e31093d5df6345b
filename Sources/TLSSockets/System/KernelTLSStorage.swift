internal import COpenSSL

/// What kernel and library say about encryption by the kernel.
enum KernelTLSStorage {
    static var isInKernel: Bool { copenssl_kernel_encrypts() == 1 }
    static var isInLibrary: Bool { copenssl_kernel_directions(nil) & 1 != 0 }
}

extension Connection {
    var kernelDirections: KernelTLS.Directions {
        unsafe ask { ssl in
            KernelTLS.Directions(rawValue: UInt8(truncatingIfNeeded: unsafe copenssl_kernel_directions(ssl) >> 1))
        }
    }
}
