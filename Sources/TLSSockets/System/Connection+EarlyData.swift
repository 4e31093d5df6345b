// Bytes before the handshake is over (0-RTT; RFC 8446, sections 2.3 and 4.2.10).
internal import COpenSSL
internal import Glibc
internal import Sockets

extension Connection {
    /// How far a server has come with what a client sends early.
    enum EarlyInput {
        case untouched, reading, finished
    }

    /// Whether the first message has been made or read.
    var hasBegun: Bool { unsafe ask { ssl in unsafe SSL_in_before(ssl) == 0 } }

    /// How many bytes a client may still send early; 0 where its session does not allow it, or it is too late.
    var earlyRoom: Int { unsafe ask { _ in room } }

    /// With the lock taken.
    private var room: Int {
        guard side == .client, !isEstablished, unsafe earlySent > 0 || SSL_in_before(ssl) == 1,
            context.settings.maximumVersion ?? .v1_3 >= .v1_3, let session = unsafe SSL_get_session(ssl)
        else { return 0 }
        let most = Int(unsafe SSL_SESSION_get_max_early_data(session))
        // An expired ticket is not offered, and early bytes without one make no sense to the server.
        let age = unsafe Int64(clamping: time(nil)).subtractingReportingOverflow(Int64(SSL_SESSION_get_time(session)))
        let life = unsafe Int64(clamping: SSL_SESSION_get_ticket_lifetime_hint(session))
        guard !age.overflow, age.partialValue >= 0, age.partialValue < life else { return 0 }
        // They are for the protocol of the session, which has to be offered again.
        var name: UnsafePointer<UInt8>?
        var count = 0
        unsafe SSL_SESSION_get0_alpn_selected(session, &name, &count)
        let chosen = unsafe [UInt8](copying: name, count: count)
        guard chosen.isEmpty || context.offers(chosen) else { return 0 }
        return max(0, most - earlySent)
    }

    /// Sends bytes before the handshake is over: a client's first ones, or a server's answer to them.
    func writeEarly(_ bytes: Span<UInt8>, _ socket: CInt = -1) throws(TLSError) {
        if bytes.isEmpty { return }
        try step(socket) { () throws(TLSError) in
            try checkEarlyWriting(bytes.count)
            unsafe pipe.pointee.is_corked = 1
            var count = 0
            // The span's memory is valid for the call.
            let result = unsafe bytes.withUnsafeBytes {
                unsafe SSL_write_early_data(ssl, $0.baseAddress, $0.count, &count)
            }
            unsafe pipe.pointee.is_corked = 0
            unsafe copenssl_pipe_flush(pipe, socket)
            guard result == 1 else {
                // Neither side needs input for it.
                _ = try settle(0, .send)
                throw TLSError(.internalError, .send)
            }
            earlySent += count
        }
    }

    private func checkEarlyWriting(_ count: Int) throws(TLSError) {
        if side == .server {
            guard earlyInput != .untouched, !isEstablished, unsafe SSL_in_before(ssl) == 0 else {
                throw TLSError(
                    .unsupported, .send, hint: "a server answers early between receiveEarlyData and the handshake's end"
                )
            }
            return
        }
        let room = room
        guard room > 0 || earlySent > 0 else {
            throw TLSError(
                .unsupported, .send,
                hint: "this takes a session whose maximumEarlyData is not 0, and comes before the handshake")
        }
        guard count <= room else {
            throw TLSError(.limitExceeded, .send, hint: "the server takes \(room) bytes more before the handshake")
        }
    }

    /// Reads what a client has sent early; the end is that of the early bytes, also where none are taken.
    func readEarly(into memory: UnsafeMutableRawBufferPointer, _ socket: CInt = -1) throws(TLSError) -> Step {
        try step(socket) { () throws(TLSError) in
            guard side == .server else {
                throw TLSError(.unsupported, .receive, hint: "a client has no early data to receive")
            }
            switch earlyInput {
            case .finished: return .end
            case .untouched: if unsafe SSL_in_before(ssl) == 0 { return .end }
            case .reading: break
            }
            earlyInput = .reading
            unsafe pipe.pointee.is_corked = 1
            var count = 0
            let result = unsafe SSL_read_early_data(ssl, memory.baseAddress, memory.count, &count)
            unsafe pipe.pointee.is_corked = 0
            unsafe copenssl_pipe_flush(pipe, socket)
            switch result {
            case SSL_READ_EARLY_DATA_SUCCESS: return .done(min(count, memory.count))
            case SSL_READ_EARLY_DATA_FINISH:
                earlyInput = .finished
                // Where there is no early data in the version, the whole handshake may have run.
                if unsafe SSL_is_init_finished(ssl) == 1 { noteEstablished() }
                return .end
            default: return try settle(0, .receive)
            }
        }
    }

    /// Reads early bytes into a new array.
    func readEarly(upTo count: Int, _ socket: CInt = -1) throws(TLSError) -> (step: Step, bytes: [UInt8]) {
        var step = Step.needsInput
        let bytes = try [UInt8](capacity: min(max(1, count), 16_384)) {
            (buffer: inout OutputSpan<UInt8>) throws(TLSError) in
            // OpenSSL writes into the memory alone, and says how much of it it wrote.
            try unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized throws(TLSError) in
                step = try unsafe readEarly(into: UnsafeMutableRawBufferPointer(buffer), socket)
                if case .done(let count) = step { initialized = min(count, buffer.count) }
            }
        }
        return (step, bytes)
    }

    /// What became of the bytes that a client has sent early.
    var earlyStatus: EarlyDataStatus {
        unsafe ask { ssl in
            switch unsafe SSL_get_early_data_status(ssl) {
            case SSL_EARLY_DATA_ACCEPTED: .accepted
            // A client that has sent some knows nothing before the server's answer.
            case SSL_EARLY_DATA_REJECTED: isEstablished || side == .server ? .rejected : .notSent
            default: .notSent
            }
        }
    }

    /// Throws while early bytes wait to be read: going on with the handshake would lose them.
    ///
    /// With the lock taken.
    func checkEarlyInput() throws(TLSError) {
        guard earlyInput == .reading, unsafe SSL_get_early_data_status(ssl) == SSL_EARLY_DATA_ACCEPTED else { return }
        throw TLSError(
            .notConnected, .handshake,
            hint: "the client has sent early data: receiveEarlyData until its end comes first")
    }
}

extension ContextStorage {
    /// Whether an application protocol is among those that are offered.
    func offers(_ name: [UInt8]) -> Bool {
        settings.applicationProtocols.contains { $0.utf8.elementsEqual(name) }
    }
}
