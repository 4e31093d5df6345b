internal import CSockets
internal import Glibc

/// The names that the kernel has for this machine.
enum SystemNames {
    static var hostName: String { unsafe text { unsafe csockets_gethostname($0, $1) } }
    static var domainName: String { unsafe text { unsafe csockets_getdomainname($0, $1) } }

    static func setHostName(_ name: String) -> CInt {
        // The text lives for the call, and has as many bytes as its UTF-8 form.
        unsafe name.withCString { unsafe csockets_sethostname($0, name.utf8.count) }
    }

    private static func text(_ read: (UnsafeMutablePointer<CChar>, Int) -> CInt) -> String {
        // The kernel's names have at most 64 bytes; the last byte stays 0.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            unsafe buffer.initialize(repeating: 0)
            guard let base = buffer.baseAddress, unsafe read(base, buffer.count - 1) >= 0 else { return "" }
            return unsafe String(cString: base)
        }
    }
}
