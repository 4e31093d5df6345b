internal import COpenSSL
internal import Sockets
internal import SystemPackage

/// The file that gets the secrets of connections, line by line.
final class KeyLog: Sendable {
    private let file: FileDescriptor

    /// The file that the environment names; none in programs that run with more rights than their user.
    static let fileOfEnvironment: FilePath? = {
        // As with every reader of the environment: it must not be changed by another thread at the same time.
        guard let name = unsafe String(copying: copenssl_variable("SSLKEYLOGFILE")), !name.isEmpty else { return nil }
        return FilePath(name)
    }()

    /// Opens the log; one that the environment names and that cannot be written is none, for diagnosis must break nothing.
    static func open(_ path: FilePath?) throws(TLSError) -> KeyLog? {
        guard let path else { return nil }
        do throws(TLSError) {
            return try KeyLog(path)
        } catch {
            if path == fileOfEnvironment { return nil }
            throw error
        }
    }

    init(_ path: FilePath) throws(TLSError) {
        do {
            file = try FileDescriptor.open(
                path, .writeOnly, options: [.append, .create, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw TLSError(.badSetting, .makeContext, subject: "key log \(path)", hint: "\(error)")
        }
    }

    deinit { try? file.close() }

    /// Appends a line with one call, so that lines of several threads and processes do not mix.
    func write(_ line: String) {
        // Diagnosis must not break a connection.
        _ = try? file.writeAll((line + "\n").utf8)
    }
}
