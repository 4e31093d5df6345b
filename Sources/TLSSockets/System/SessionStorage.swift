internal import COpenSSL

/// A session of OpenSSL.
@safe
final class SessionStorage: @unchecked Sendable {
    // Sendable because nothing changes it: connections have copies.
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe SSL_SESSION_free(pointer) }

    /// A copy: OpenSSL marks the sessions of connections, as when they end without a goodbye, or with the next ticket.
    ///
    /// - Parameter pointer: A session that its connection does not change meanwhile.
    init?(copying pointer: OpaquePointer) {
        guard let copy = unsafe SSL_SESSION_dup(pointer) else { return nil }
        unsafe self.pointer = copy
    }

    static func read(_ bytes: [UInt8]) -> SessionStorage? {
        OpenSSLError.clear()
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return unsafe d2i_SSL_SESSION(nil, &place, bytes.count).map { unsafe SessionStorage(owning: $0) }
        }
    }

    var bytes: [UInt8] { unsafe [UInt8](taking: copenssl_session_bytes(pointer)) }
    var lifetime: Int64 {
        let hint = Int64(clamping: unsafe SSL_SESSION_get_ticket_lifetime_hint(pointer))
        return hint > 0 ? hint : Int64(unsafe SSL_SESSION_get_timeout(pointer))
    }
    var time: Int64 { Int64(unsafe SSL_SESSION_get_time(pointer)) }
    var hasTicket: Bool { unsafe SSL_SESSION_has_ticket(pointer) == 1 }
    var isResumable: Bool { unsafe SSL_SESSION_is_resumable(pointer) == 1 }
    var maximumEarlyData: Int { Int(unsafe SSL_SESSION_get_max_early_data(pointer)) }
    var id: [UInt8] {
        var count: UInt32 = 0
        let bytes = unsafe SSL_SESSION_get_id(pointer, &count)
        return unsafe [UInt8](copying: bytes, count: Int(count))
    }
}
