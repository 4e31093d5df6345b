// Steps over spans.

extension Connection {
    /// Decrypts into the free room of a buffer.
    @inline(__always)
    func read(into buffer: inout OutputSpan<UInt8>, _ socket: CInt) throws(TLSError) -> Step {
        // OpenSSL writes into the uninitialized rest alone, and says how much of it it wrote.
        try unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized throws(TLSError) in
            let free = unsafe UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...])
            let step = try unsafe read(into: free, socket, lending: nil)
            if case .done(let count) = step { initialized += min(count, free.count) }
            return step
        }
    }

    /// Encrypts bytes, at most one record of them.
    @inline(__always)
    func write(_ bytes: Span<UInt8>, _ socket: CInt) throws(TLSError) -> Int {
        // The span's memory is valid for the call.
        try unsafe bytes.withUnsafeBytes { bytes throws(TLSError) in try unsafe write(bytes, socket) }
    }

    /// Puts input behind what waits to be read.
    func feed(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe feed($0) } }
}
