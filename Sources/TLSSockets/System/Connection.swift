// One side of a secure connection: OpenSSL's state machine, which every form of connection drives by the same steps.
internal import COpenSSL
internal import Glibc
internal import Sockets
internal import Synchronization
internal import SystemPackage

/// The state machine of a connection, without any waiting.
///
/// OpenSSL's objects are for one thread at a time, so each step takes the lock `state`, and none waits for the network
/// with it: a step that lacks input says so, and what the socket does not take is kept until it does. So one thread can
/// wait for input while another one sends. The forms of connection wait, each in its own way, and hold the turn of a
/// direction meanwhile, so that records stay in their order.
@safe
final class Connection: @unchecked Sendable {
    // Sendable because everything below is only touched with `state` taken.
    let ssl: OpaquePointer
    let pipe: UnsafeMutablePointer<copenssl_pipe>
    private let state = Turn()
    /// The contexts before the one in use, which the server chose by name.
    private var earlierContexts: [ContextStorage] = []
    private var failure: Failure?
    private var isClosed = false
    private var hasSaidGoodbye = false
    private var hasPeerSaidGoodbye = false
    private var readsMuch = false
    private let isOpen = Atomic<Bool>(false)
    private let hasHandshake = Atomic<Bool>(false)

    /// Held by the thread that runs the handshake; whoever waits for it is let go when the handshake is over.
    let shaking = Turn()
    /// Held by whoever waits for input.
    let reading = Turn()
    /// Held by whoever sends, until all of it is on its way.
    let writing = Turn()
    let side: TLSContext.Side
    let peerName: PeerName?
    /// Whether the socket below was given back.
    let isUnwrapped = Atomic<Bool>(false)

    // What is sent and received before the handshake is over, with `state` taken.
    var earlyInput = EarlyInput.untouched
    var earlySent = 0
    /// How many bytes of answers, as to changes of keys, reading has made and the peer has not taken.
    private var answers = 0

    // Set by callbacks, which run inside a step.
    var verification: VerificationFailure?
    /// Why the peer was believed.
    var acceptance = Acceptance.unasked
    /// Why the peer of the session that is to be resumed was believed.
    private var offered = Acceptance.unasked
    private var hasChosen = false
    var session: SessionStorage?
    /// The context in use: another one than at the beginning when the server chose it by name.
    private(set) var context: ContextStorage

    /// The error that broke the connection; apart, for most connections have none.
    private final class Failure: Sendable {
        let error: TLSError

        init(_ error: TLSError) { self.error = error }
    }

    /// What a step came to.
    enum Step: Equatable {
        /// It is done, with so many bytes.
        case done(Int)
        /// It needs input.
        case needsInput
        /// The peer has said goodbye.
        case end
    }

    init(_ context: ContextStorage, peerName: PeerName?, session: TLSSession?) throws(TLSError) {
        guard context.side == .client || peerName == nil && session == nil else {
            throw TLSError(
                .badSetting, .handshake, subject: "context",
                hint: "it is a server's; the name of a server, and a session, are for the context of a client")
        }
        OpenSSLError.clear()
        self.context = context
        side = context.side
        self.peerName = peerName
        guard let ssl = unsafe SSL_new(context.pointer) else {
            throw OpenSSLError.failure(.internalError, .handshake)
        }
        unsafe self.ssl = ssl
        unsafe pipe = .allocate(capacity: 1)
        unsafe pipe.initialize(to: copenssl_pipe())
        // From here on the object is whole.
        guard unsafe copenssl_pipe_attach(ssl, pipe) == 1 else {
            throw OpenSSLError.failure(.internalError, .handshake)
        }
        unsafe copenssl_set_owner(ssl, Unmanaged.passUnretained(self).toOpaque())
        if side == .server { unsafe SSL_set_accept_state(ssl) } else { try begin(session) }
    }

    deinit {
        // The pipe is no longer used when its BIO has gone with the connection.
        unsafe SSL_free(ssl)
        unsafe copenssl_pipe_free(pipe)
        unsafe pipe.deallocate()
    }

    /// What a client sets before it begins: the server's name, and the session to resume.
    private func begin(_ session: TLSSession?) throws(TLSError) {
        unsafe SSL_set_connect_state(ssl)
        let settings = context.settings
        if settings.verification.checksHostName, peerName == nil, context.trustedKeys.isEmpty, settings.sharedKey == nil
        {
            throw TLSError(
                .badSetting, .handshake, subject: "server name",
                hint: "without the server's name its certificate proves nothing; give the name")
        }
        if let name = peerName?.serverName, unsafe copenssl_set_server_name(ssl, name) != 1 {
            throw OpenSSLError.failure(.badSetting, .handshake, subject: name)
        }
        if settings.verification.checksHostName, let peerName {
            let parameters = unsafe SSL_get0_param(ssl)
            let result =
                switch peerName {
                case .host(let name): unsafe X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count)
                case .address(let address): unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, address.description)
                }
            guard result == 1 else { throw OpenSSLError.failure(.badSetting, .handshake, subject: peerName.text) }
        }
        if settings.asksForOCSPResponse { _ = unsafe copenssl_ask_for_status(ssl) }
        if let session, session.serverName == peerName?.text, session.binding == sessionBinding,
            session.storage.isResumable, let copy = unsafe SessionStorage(copying: session.storage.pointer)
        {
            _ = unsafe SSL_set_session(ssl, copy.pointer)
            offered = session.acceptance
        }
        OpenSSLError.clear()
    }

    /// Whether the context is to be chosen by name now: once in a handshake.
    func beginChoice() -> Bool {
        defer { hasChosen = true }
        return !hasChosen
    }

    /// Goes on with another context; for the callback that chooses by name.
    func adopt(_ other: ContextStorage) {
        earlierContexts.append(context)
        context = other
    }

    // MARK: Steps

    /// Runs one call of OpenSSL with the lock taken and the socket, if any, in reach.
    @inline(__always)
    func step<Value>(_ socket: CInt, _ body: () throws(TLSError) -> Value) throws(TLSError) -> Value {
        state.take()
        defer { state.give() }
        if isClosed { throw TLSError(.closed) }
        if let failure { throw failure.error }
        unsafe pipe.pointee.fd = socket
        unsafe pipe.pointee.reads_left = COPENSSL_READS
        defer { unsafe pipe.pointee.fd = -1 }
        OpenSSLError.clear()
        return try body()
    }

    /// Whether the handshake is over.
    var isEstablished: Bool {
        @inline(__always) get { isOpen.load(ordering: .acquiring) }
    }

    /// Whether a task runs the handshake.
    var isShakingHands: Bool { hasHandshake.load(ordering: .sequentiallyConsistent) }

    /// Begins to run the handshake, for forms that suspend; `false`: somebody else runs it.
    func beginHandshake() -> Bool {
        hasHandshake.compareExchange(expected: false, desired: true, ordering: .sequentiallyConsistent).exchanged
    }

    /// Ends running the handshake, also when it is not over.
    func endHandshake() { hasHandshake.store(false, ordering: .sequentiallyConsistent) }

    /// Goes on with the handshake.
    func handshake(_ socket: CInt = -1) throws(TLSError) -> Step {
        try step(socket) { () throws(TLSError) in
            try checkEarlyInput()
            unsafe pipe.pointee.is_corked = 1
            let result = unsafe SSL_do_handshake(ssl)
            unsafe pipe.pointee.is_corked = 0
            let isDone = result == 1
            if !isDone || !outputCanWait { unsafe copenssl_pipe_flush(pipe, socket) }
            if isDone {
                noteEstablished()
                return .done(0)
            }
            let step = try settle(result, .handshake)
            // Where the peer has gone its last words may wait to be read; any other failure would be waited for in vain.
            let error = unsafe Errno(rawValue: pipe.pointee.write_error)
            if error.rawValue != 0, error != .brokenPipe, error != .connectionReset { try checkOutput(.handshake) }
            return step
        }
    }

    /// Notes that the handshake is over.
    func noteEstablished() {
        if side == .client, unsafe SSL_session_reused(ssl) == 1 { acceptance = offered }
        isOpen.store(true, ordering: .releasing)
    }

    /// Whether what the end of the handshake has written can wait: a server's tickets (TLS 1.3).
    ///
    /// They go with what is sent next, or before the next wait for input, which spares two system calls.
    private var outputCanWait: Bool { unsafe side == .server && SSL_version(ssl) == TLS1_3_VERSION }

    /// Decrypts into memory what has come; at most one record's content.
    func read(
        into memory: UnsafeMutableRawBufferPointer, _ socket: CInt, lending lent: UnsafeRawBufferPointer?
    ) throws(TLSError) -> Step {
        try step(socket) { () throws(TLSError) in
            // OpenSSL would run the handshake, and nobody would know that it is over.
            guard isEstablished else { throw TLSError(.notConnected, .receive, hint: "the handshake is not over") }
            // What follows is not TLS any more.
            if hasPeerSaidGoodbye { return .end }
            try unsafe lend(lent)
            var count = 0
            let waiting = unsafe pipe.pointee.output_count
            let result = unsafe SSL_read_ex(ssl, memory.baseAddress, memory.count, &count)
            let added = unsafe pipe.pointee.output_count - waiting
            if added > 0 { try countAnswers(added, behind: waiting) }
            try keepLent()
            guard result == 1 else {
                let step = try settle(result, .receive)
                hasPeerSaidGoodbye = step == .end
                return step
            }
            readsMuch = count > 2 * Scratch.size
            return .done(count)
        }
    }

    /// Throws when a peer makes this side answer, and does not take the answers: they would grow without end.
    private func countAnswers(_ added: Int, behind waiting: Int) throws(TLSError) {
        answers = (waiting == 0 ? 0 : answers) + added
        if answers > 1 << 16 {
            throw fail(
                TLSError(.protocolViolation, .receive, hint: "the peer asks again and again, and takes no answer"))
        }
    }

    /// Whether nothing has come that was not read, as far as can be told without asking the socket.
    func mustWaitForInput() -> Bool {
        state.take()
        defer { state.give() }
        return unsafe pipe.pointee.is_drained != 0 && pipe.pointee.rest_count == 0 && !isClosed && failure == nil
            && !hasPeerSaidGoodbye && SSL_has_pending(ssl) == 0
    }

    /// What the next read finds: content or records that wait here, and whether it is likely to be long.
    func inputState() -> (hasInput: Bool, readsMuch: Bool, input: Input) {
        state.take()
        defer { state.give() }
        return unsafe (
            pipe.pointee.rest_count > 0 || isClosed || failure != nil || pipe.pointee.is_at_end != 0
                || hasPeerSaidGoodbye || SSL_has_pending(ssl) != 0, readsMuch,
            Input(rawValue: pipe.pointee.is_drained) ?? .none
        )
    }

    /// Encrypts at most one record's content; all of it is taken.
    func write(_ memory: UnsafeRawBufferPointer, _ socket: CInt) throws(TLSError) -> Int {
        try step(socket) { () throws(TLSError) in
            try checkWriting()
            if unsafe pipe.pointee.is_held != 0 {
                // Forms that block take turns; of those that suspend only one may wait.
                throw TLSError(.busy, .send, hint: "another task sends; one may at a time")
            }
            var count = 0
            let result = unsafe SSL_write_ex(ssl, memory.baseAddress, min(memory.count, 16_384), &count)
            guard result == 1 else {
                // Writing never needs input: renegotiation is off.
                _ = try settle(result, .send)
                throw TLSError(.internalError, .send)
            }
            try checkWriting()
            return count
        }
    }

    /// Throws when the socket has refused what was sent.
    private func checkOutput(_ operation: SocketError.Operation = .send) throws(TLSError) {
        let error = unsafe pipe.pointee.write_error
        if error != 0 { throw TLSError(SocketError(nil, operation, errno: Errno(rawValue: error))) }
    }

    private func checkWriting(_ operation: SocketError.Operation = .send) throws(TLSError) {
        try checkOutput(operation)
        if hasSaidGoodbye {
            throw TLSError(.closed, operation, hint: "this side has said that it sends no more")
        }
    }

    /// Says goodbye: that this side sends no more.
    ///
    /// - Returns: Whether the peer has said so as well.
    func sayGoodbye(_ socket: CInt = -1) throws(TLSError) -> Bool {
        try step(socket) { () throws(TLSError) in
            guard isEstablished else { throw TLSError(.notConnected, .shutdown, hint: "the handshake is not over") }
            // Saying it again, OpenSSL would read, and take what comes for an attack.
            if !hasSaidGoodbye {
                hasSaidGoodbye = true
                _ = unsafe SSL_shutdown(ssl)
                OpenSSLError.clear()
            }
            try checkOutput(.shutdown)
            return unsafe SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0
        }
    }

    /// Says goodbye as well as it can be done at once, and takes no call any more.
    func close(_ socket: CInt) {
        state.take()
        defer { state.give() }
        guard !isClosed else { return }
        // In the middle of a record, and after a failure, there is nothing more to say.
        if failure == nil, isEstablished, !hasSaidGoodbye, unsafe pipe.pointee.is_held == 0 {
            unsafe pipe.pointee.fd = socket
            OpenSSLError.clear()
            _ = unsafe SSL_shutdown(ssl)
            OpenSSLError.clear()
            unsafe pipe.pointee.fd = -1
            unsafe copenssl_pipe_flush(pipe, socket)
        }
        isClosed = true
    }

    /// Asks the client for its certificate, after the handshake.
    func askForCertificate(_ socket: CInt) throws(TLSError) {
        try step(socket) { () throws(TLSError) in
            guard context.canJudgeClients else {
                throw TLSError(
                    .badSetting, .handshake, subject: "trust",
                    hint: "the system's authorities are not read for a server that asks no client at the beginning; "
                        + "set settings.trust to the clients' authorities")
            }
            try checkWriting(.handshake)
            unsafe SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            guard unsafe SSL_verify_client_post_handshake(ssl) == 1 else {
                throw OpenSSLError.failure(
                    .unsupported, .handshake,
                    hint: "this takes TLS 1.3, and a client that has announced that it can answer")
            }
            let result = unsafe SSL_do_handshake(ssl)
            if result != 1 { _ = try settle(result, .handshake) }
            try checkOutput(.handshake)
        }
    }

    /// Changes the keys that this side sends with, and asks the peer for the same.
    func updateKeys(_ socket: CInt) throws(TLSError) {
        try step(socket) { () throws(TLSError) in
            guard isEstablished, unsafe SSL_version(ssl) == TLS1_3_VERSION else {
                throw TLSError(.unsupported, .send, hint: "keys are changed in TLS 1.3 alone, after the handshake")
            }
            try checkWriting()
            guard unsafe SSL_key_update(ssl, CInt(SSL_KEY_UPDATE_REQUESTED)) == 1 else {
                throw OpenSSLError.failure(.internalError, .send)
            }
            let result = unsafe SSL_do_handshake(ssl)
            if result != 1 { _ = try settle(result, .send) }
            try checkOutput()
        }
    }

    // MARK: Input and output

    private func lend(_ lent: UnsafeRawBufferPointer?) throws(TLSError) {
        guard let lent = unsafe lent else { return }
        unsafe pipe.pointee.lent = unsafe lent.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe pipe.pointee.lent_count = lent.count
    }

    private func keepLent() throws(TLSError) {
        guard unsafe pipe.pointee.lent_count > 0 else { return }
        // Out of memory: what has come would be lost.
        if unsafe copenssl_pipe_keep(pipe) == 0 { throw fail(TLSError(.internalError, .receive, detail: "no memory")) }
    }

    /// Lends input for the time of a step; what is left of it is kept.
    func lending<Value>(
        _ bytes: UnsafeRawBufferPointer, _ body: () throws(TLSError) -> Value
    ) throws(TLSError) -> Value {
        state.take()
        try? unsafe lend(bytes)
        state.give()
        defer {
            state.take()
            try? keepLent()
            state.give()
        }
        return try body()
    }

    /// What the socket has said last.
    enum Input: CInt {
        /// It may have more.
        case more = 0
        /// It gave less than it was asked for: all it had, as a rule.
        case short = 1
        /// It had nothing.
        case none = 2
    }

    /// Notes what the socket has said; unless it may have more, the next step does not ask it.
    func noteInput(_ input: Input) {
        state.take()
        unsafe pipe.pointee.is_drained = input.rawValue
        state.give()
    }

    /// Puts input behind what waits to be read.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        state.take()
        defer { state.give() }
        try? unsafe lend(bytes)
        try? keepLent()
    }

    /// Says that no more input will come.
    func endInput() {
        state.take()
        unsafe pipe.pointee.is_at_end = 1
        state.give()
    }

    /// Whether more waits to be sent than a few small records, which may go together with the next one.
    var hasBacklog: Bool { outputCount > 4096 }

    /// Whether something waits to be sent, and nobody is sending it.
    var hasLooseOutput: Bool {
        state.take()
        defer { state.give() }
        return unsafe pipe.pointee.output_count > 0 && pipe.pointee.is_held == 0
    }

    /// How many records' bytes wait to be sent.
    var outputCount: Int {
        state.take()
        defer { state.give() }
        return unsafe pipe.pointee.output_count
    }

    /// Sends what the socket takes at once of what waits to be sent; what is left waits for who sends next.
    ///
    /// - Parameter evenIfFull: Asks the socket also when it has just said that it is full.
    func flushNow(_ socket: CInt, evenIfFull: Bool = false) {
        state.take()
        if unsafe evenIfFull || pipe.pointee.is_full == 0 { unsafe copenssl_pipe_flush(pipe, socket) }
        state.give()
    }

    /// Takes what waits to be sent, and keeps what comes behind it waiting until `giveBack` or until nothing is left.
    ///
    /// - Parameter isFirst: Whether this begins a flush; else it goes on with one.
    /// - Returns: The bytes; `nil` when nothing waits, or somebody else is sending it.
    func takeOutput(isFirst: Bool) -> [UInt8]? {
        state.take()
        defer { state.give() }
        if isFirst, unsafe pipe.pointee.is_held != 0 { return nil }
        let count = unsafe pipe.pointee.output_count
        guard count > 0 else {
            unsafe pipe.pointee.is_held = 0
            return nil
        }
        let start = unsafe pipe.pointee.output.map { unsafe UnsafePointer($0 + pipe.pointee.output_start) }
        let bytes = unsafe [UInt8](copying: start, count: count)
        unsafe copenssl_pipe_sent(pipe, count)
        unsafe pipe.pointee.is_held = 1
        return bytes
    }

    /// Puts what could not be sent in front of what came meanwhile.
    func giveBack(_ bytes: ArraySlice<UInt8>) {
        state.take()
        defer { state.give() }
        unsafe pipe.pointee.is_held = 0
        guard !bytes.isEmpty else { return }
        let count = unsafe pipe.pointee.output_count
        let start = unsafe pipe.pointee.output.map { unsafe UnsafePointer($0 + pipe.pointee.output_start) }
        let behind = unsafe [UInt8](copying: start, count: count)
        unsafe copenssl_pipe_sent(pipe, count)
        let all = bytes + behind
        unsafe all.withUnsafeBytes { all in
            let result = unsafe copenssl_append(
                &pipe.pointee.output, &pipe.pointee.output_start, &pipe.pointee.output_count,
                &pipe.pointee.output_capacity, all.baseAddress, all.count)
            if result == 0 { unsafe pipe.pointee.write_error = ENOMEM }
        }
    }

    /// What has come behind the peer's goodbye: the plain text that follows it.
    func takeRest() -> [UInt8] {
        state.take()
        defer { state.give() }
        var bytes = [UInt8](repeating: 0, count: unsafe pipe.pointee.rest_count)
        _ = unsafe copenssl_pipe_take_rest(pipe, &bytes, bytes.count)
        return bytes
    }

    // MARK: Failures

    /// What a call came to that did not succeed.
    func settle(_ result: CInt, _ operation: SocketError.Operation) throws(TLSError) -> Step {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .end
        default: throw fail(reason(operation))
        }
    }

    /// Keeps the error: a connection that failed once gives it to all that come later.
    private func fail(_ error: TLSError) -> TLSError {
        failure = Failure(error)
        return error
    }

    /// The error of the socket below; what broke the connection is kept, for the kernel says it once.
    func keep(_ error: SocketError) -> TLSError {
        let error = TLSError(error)
        guard error.code == .connection else { return error }
        state.take()
        defer { state.give() }
        return fail(error)
    }

    private func reason(_ operation: SocketError.Operation) -> TLSError {
        let errors = OpenSSLError.takeAll()
        let text = OpenSSLError.text(errors)
        let isHandshake = !isEstablished
        let subject = peerName?.text
        if unsafe pipe.pointee.reads_left < 0 {
            return TLSError(
                .protocolViolation, operation, subject: subject,
                hint: "\(COPENSSL_READS / 2) records without content came in a row")
        }
        if unsafe pipe.pointee.read_error != 0 {
            let error = unsafe SocketError(nil, .receive, errno: Errno(rawValue: pipe.pointee.read_error))
            return TLSError(error).with(hint: isHandshake ? "during the handshake" : nil)
        }
        if let verification {
            return TLSError(
                .certificateRefused, operation, subject: subject, alert: sentAlert, verification: verification,
                hint: Self.hint(verification), detail: text)
        }
        let received = unsafe pipe.pointee.alert_received
        // With TLS 1.3 the level says nothing: OpenSSL's error tells which ones it took for the end.
        if received >= 0, received & 0x100 != 0 || errors.contains(where: \.isAlert) {
            let alert = TLSAlert(rawValue: UInt8(truncatingIfNeeded: received))
            return TLSError(
                .alert, operation, subject: subject, alert: alert, isAlertFromPeer: true, hint: Self.hint(alert, side),
                detail: text)
        }
        let first = errors.first { $0.library == ERR_LIB_SSL }
        if first == nil, unsafe errors.isEmpty || pipe.pointee.is_at_end != 0 {
            return truncated(operation, subject, isHandshake, text)
        }
        switch first?.reason {
        case SSL_R_UNEXPECTED_EOF_WHILE_READING?: return truncated(operation, subject, isHandshake, text)
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE?:
            return TLSError(
                .certificateRefused, operation, subject: subject, alert: sentAlert,
                verification: VerificationFailure(
                    code: Int(X509_V_ERR_UNSPECIFIED), depth: 0, subject: nil, reason: "the client sent no certificate"),
                detail: text)
        case SSL_R_NO_APPLICATION_PROTOCOL?:
            let own = context.settings.applicationProtocols.joined(separator: ", ")
            return TLSError(
                .nothingInCommon, operation, subject: subject, alert: sentAlert,
                hint: "the client has none of this side's application protocols: \(own)", detail: text)
        case SSL_R_NO_SHARED_CIPHER?, SSL_R_UNSUPPORTED_PROTOCOL?, SSL_R_NO_SUITABLE_KEY_SHARE?,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM?, SSL_R_VERSION_TOO_LOW?,
            SSL_R_NO_PROTOCOLS_AVAILABLE?, SSL_R_WRONG_SSL_VERSION?, SSL_R_NO_SUITABLE_GROUPS?,
            SSL_R_UNSUPPORTED_SSL_VERSION?, SSL_R_INAPPROPRIATE_FALLBACK?:
            return TLSError(.nothingInCommon, operation, subject: subject, alert: sentAlert, detail: text)
        case SSL_R_WRONG_VERSION_NUMBER? where isHandshake && side == .server:
            return TLSError(
                .protocolViolation, operation, subject: subject, alert: sentAlert,
                hint: "the client does not speak TLS", detail: text)
        case SSL_R_WRONG_VERSION_NUMBER? where isHandshake,
            SSL_R_UNEXPECTED_MESSAGE? where isHandshake && side == .client:
            return TLSError(
                .protocolViolation, operation, subject: subject, alert: sentAlert,
                hint: "the peer does not speak TLS here; is it the right port?", detail: text)
        case SSL_R_HTTP_REQUEST?, SSL_R_HTTPS_PROXY_REQUEST?:
            return TLSError(
                .protocolViolation, operation, subject: subject, alert: sentAlert,
                hint: "the client spoke plain HTTP", detail: text)
        case nil: return TLSError(.internalError, operation, subject: subject, alert: sentAlert, detail: text)
        default: return TLSError(.protocolViolation, operation, subject: subject, alert: sentAlert, detail: text)
        }
    }

    private func truncated(
        _ operation: SocketError.Operation, _ subject: String?, _ isHandshake: Bool, _ text: String?
    ) -> TLSError {
        TLSError(
            .truncated, operation, subject: subject,
            hint: isHandshake ? "the peer closed the connection in the middle of the handshake" : nil, detail: text)
    }

    private var sentAlert: TLSAlert? {
        let alert = unsafe pipe.pointee.alert_sent
        return alert >= 0 ? TLSAlert(rawValue: UInt8(truncatingIfNeeded: alert)) : nil
    }

    private static func hint(_ failure: VerificationFailure) -> String? {
        switch CInt(truncatingIfNeeded: failure.code) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            "trust it with Trust.certificates or Trust.publicKeys, if you know that it is the right one"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
            "its issuer is not trusted, or the server does not send the certificates in between; "
                + "for the system's authorities install ca-certificates"
        case X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, X509_V_ERR_CA_BCONS_NOT_CRITICAL,
            X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER:
            "make the authority anew with -addext basicConstraints=critical,CA:TRUE "
                + "-addext keyUsage=critical,keyCertSign,cRLSign, or set requiresStrictChains to false"
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
            "if it should hold, look at this machine's clock"
        case X509_V_ERR_UNABLE_TO_GET_CRL: "there is no revocation list of its issuer among the context's"
        default: nil
        }
    }

    private static func hint(_ alert: TLSAlert, _ side: TLSContext.Side) -> String? {
        switch alert {
        case .unknownCA, .badCertificate, .certificateUnknown, .certificateExpired, .certificateRevoked,
            .unsupportedCertificate:
            side == .server
                ? "the client does not believe this server's certificate"
                : "the server does not believe this client's certificate"
        case .protocolVersion: "it speaks other versions of TLS: see minimumVersion and maximumVersion"
        case .noApplicationProtocol: "it has none of this side's application protocols"
        case .certificateRequired, .handshakeFailure:
            side == .client ? "the server may want a client certificate, or has no cipher in common" : nil
        case .unrecognizedName: "the server does not know the name that it was asked for"
        default: nil
        }
    }

    // MARK: Facts

    /// Asks OpenSSL's object with the lock taken.
    func ask<Value>(_ body: (_ ssl: OpaquePointer) -> Value) -> Value {
        state.take()
        defer { state.give() }
        return unsafe body(ssl)
    }

    /// The newest session, and what the step callbacks have noted.
    var newestSession: SessionStorage? {
        state.take()
        defer { state.give() }
        if let session { return unsafe SessionStorage(copying: session.pointer) }
        guard isEstablished, side == .client, let pointer = unsafe SSL_get_session(ssl),
            unsafe SSL_SESSION_is_resumable(pointer) == 1
        else { return nil }
        return unsafe SessionStorage(copying: pointer)
    }

    /// The context in use.
    var currentContext: ContextStorage {
        state.take()
        defer { state.give() }
        return context
    }
}
