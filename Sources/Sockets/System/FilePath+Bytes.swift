import SystemPackage

extension FilePath {
    /// Creates a path of bytes that need not be UTF-8; it ends at the first NUL.
    init(bytes: [UInt8]) {
        let text = bytes.map { CChar(bitPattern: $0) } + [0]
        self.init(platformString: text)
    }

    /// The bytes of the path, without the terminating NUL, whether or not they are UTF-8.
    var bytes: [UInt8] {
        // The pointer is read up to its NUL, which `withPlatformString` promises, and does not leave the closure.
        unsafe withPlatformString { pointer in
            var bytes: [UInt8] = []
            var next = unsafe pointer
            while unsafe next.pointee != 0 {
                bytes.append(UInt8(bitPattern: unsafe next.pointee))
                unsafe next += 1
            }
            return bytes
        }
    }
}
