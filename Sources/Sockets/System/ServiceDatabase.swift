internal import CSockets
internal import Glibc

/// The C library's databases of services and protocols.
enum ServiceDatabase {
    static func service(named name: String, _ protocolName: String?) -> Service? {
        // Both strings live for the call.
        unsafe name.withCString { name in
            unsafe withCString(protocolName) { protocolName in
                unsafe service { entry, buffer, size, found in
                    unsafe getservbyname_r(name, protocolName, entry, buffer, size, found)
                }
            }
        }
    }

    static func service(at port: Port, _ protocolName: String?) -> Service? {
        let number = CInt(port.rawValue.bigEndian)
        return unsafe withCString(protocolName) { protocolName in
            unsafe service { entry, buffer, size, found in
                unsafe getservbyport_r(number, protocolName, entry, buffer, size, found)
            }
        }
    }

    /// Walking through the database has one state in the whole process.
    private static let walk = Lock(())

    static var all: [Service] {
        walk.withLock { _ in
            var services: [Service] = []
            setservent(1)
            defer { endservent() }
            while let next = unsafe service({ unsafe getservent_r($0, $1, $2, $3) }) { services.append(next) }
            return services
        }
    }

    static func protocolNumber(named name: String) -> CInt? {
        unsafe name.withCString { name in
            unsafe protocolEntry { entry, buffer, size, found in
                unsafe getprotobyname_r(name, entry, buffer, size, found)
            }?.number
        }
    }

    static func protocolName(of number: CInt) -> String? {
        unsafe protocolEntry { entry, buffer, size, found in
            unsafe getprotobynumber_r(number, entry, buffer, size, found)
        }?.name
    }

    /// The most memory that one entry gets.
    private static let largest = 1 << 18

    private static func service(
        _ find: (
            UnsafeMutablePointer<servent>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<servent>?>
        ) -> CInt
    ) -> Service? {
        var size = 1024
        while size <= largest {
            var result: CInt = 0
            let service = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer -> Service? in
                var entry = unsafe servent()
                var found: UnsafeMutablePointer<servent>?
                guard let base = buffer.baseAddress else { return nil }
                unsafe result = find(&entry, base, size, &found)
                // What was found points into `entry` and `buffer`, and is copied before both go away.
                guard let found = unsafe found?.pointee else { return nil }
                return unsafe Service(
                    name: text(found.s_name), port: Port(UInt16(bigEndian: UInt16(truncatingIfNeeded: found.s_port))),
                    protocolName: text(found.s_proto), aliases: texts(found.s_aliases))
            }
            if let service { return service }
            guard result == ERANGE else { return nil }
            size *= 4
        }
        return nil
    }

    private static func protocolEntry(
        _ find: (
            UnsafeMutablePointer<protoent>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<protoent>?>
        ) -> CInt
    ) -> (name: String, number: CInt)? {
        var size = 1024
        while size <= largest {
            var result: CInt = 0
            let entry = unsafe withUnsafeTemporaryAllocation(
                of: CChar.self, capacity: size
            ) { buffer -> (name: String, number: CInt)? in
                var entry = unsafe protoent()
                var found: UnsafeMutablePointer<protoent>?
                guard let base = buffer.baseAddress else { return nil }
                unsafe result = find(&entry, base, size, &found)
                // As for services.
                guard let found = unsafe found?.pointee else { return nil }
                return unsafe (text(found.p_name), found.p_proto)
            }
            if let entry { return entry }
            guard result == ERANGE else { return nil }
            size *= 4
        }
        return nil
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }

    /// The strings of a list that ends with a null pointer.
    private static func texts(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
        guard var next = unsafe list else { return [] }
        var texts: [String] = []
        while let pointer = unsafe next.pointee {
            unsafe texts.append(String(cString: pointer))
            unsafe next += 1
        }
        return texts
    }

    private static func withCString<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }
}
