internal import COpenSSL
internal import SystemPackage

extension [UInt8] {
    /// What one read(2) gives.
    init(unsafeCapacity capacity: Int, readingFrom file: FileDescriptor) throws {
        self = try unsafe Array(unsafeUninitializedCapacity: capacity) { buffer, count in
            // The kernel says how much of the buffer it wrote.
            count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Overwrites the bytes, so that a secret does not stay in memory that is given back.
    mutating func forget() {
        // It writes zeros over the elements, which are bytes.
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}

extension OpenSSLError {
    /// An alert of the peer that ended the connection.
    var isAlert: Bool { library == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET }

    /// PEM has no further start line: no error, where something was found before.
    var isEndOfPEM: Bool { library == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE }
}
