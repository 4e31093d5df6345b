// The queue of errors that OpenSSL keeps for each thread.
internal import COpenSSL
internal import Sockets

/// The library itself.
enum Library {
    /// Asks OpenSSL, before anything else of it is called, to leave its memory alone when the program ends: it would take it
    /// away from threads that still use it.
    static let prepare: Void = {
        // It cannot fail in a way that matters: without it the library prepares itself.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }()
}

/// An error of OpenSSL's queue.
struct OpenSSLError {
    let library: CInt
    let reason: CInt
    let text: String

    /// Forgets the errors of this thread: to be called before a call whose errors are to be read.
    ///
    /// As a rule there are none, which takes a tenth of the time to see that it takes to clear the whole queue.
    @inline(__always)
    static func clear() {
        _ = Library.prepare
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes the errors of this thread out of the queue, the oldest (the cause) first.
    static func takeAll() -> [OpenSSLError] {
        var errors: [OpenSSLError] = []
        while true {
            var data: UnsafePointer<CChar>?
            var flags: CInt = 0
            let error = unsafe ERR_get_error_all(nil, nil, nil, &data, &flags)
            if error == 0 { return errors }
            var text = unsafe String(describing: error, orReason: ERR_reason_error_string(error))
            // The data belongs to the queue, and is valid until its next change.
            if flags & ERR_TXT_STRING != 0, let data = unsafe data {
                let added = unsafe String(cString: data)
                if !added.isEmpty { text += ": \(added)" }
            }
            // A queue holds 16 errors at most; this is for the reader's sake.
            if errors.count < 8 {
                errors.append(
                    OpenSSLError(library: copenssl_library(error), reason: copenssl_reason(error), text: text))
            }
        }
    }

    /// The texts of several errors in one.
    static func text(_ errors: [OpenSSLError]) -> String? {
        var texts: [String] = []
        for error in errors where !texts.contains(error.text) { texts.append(error.text) }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    /// The error of a call that failed for a reason which is all in the queue.
    static func failure(
        _ code: TLSError.Code, _ operation: SocketError.Operation?, subject: String? = nil, hint: String? = nil
    ) -> TLSError {
        TLSError(code, operation, subject: subject, hint: hint, detail: text(takeAll()))
    }
}

extension String {
    /// OpenSSL's words for an error, or its number.
    fileprivate init(describing error: UInt, orReason reason: UnsafePointer<CChar>?) {
        if let reason = unsafe reason {
            self = unsafe String(cString: reason)
        } else {
            self = "error \(String(error, radix: 16))"
        }
    }
}

extension [UInt8] {
    /// Takes memory that OpenSSL made, and frees it.
    init(taking memory: copenssl_bytes) {
        if let bytes = unsafe memory.bytes, unsafe memory.count > 0 {
            self = unsafe Array(UnsafeBufferPointer(start: bytes, count: memory.count))
        } else {
            self = []
        }
        unsafe copenssl_free(memory.bytes, memory.count)
    }

    /// Copies memory of OpenSSL.
    init(copying bytes: UnsafePointer<UInt8>?, count: Int) {
        if let bytes = unsafe bytes, count > 0 {
            self = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
        } else {
            self = []
        }
    }
}

extension String {
    /// Takes text that OpenSSL made, and frees it; what is no UTF-8 is replaced.
    init(taking memory: copenssl_bytes) { unsafe self.init(decoding: [UInt8](taking: memory), as: UTF8.self) }

    /// Copies text of OpenSSL; `nil` where there is none.
    init?(copying text: UnsafePointer<CChar>?) {
        guard let text = unsafe text else { return nil }
        self = unsafe String(cString: text)
    }
}
