internal import CAttributes
import Foundation

/// Reads a whole file, or says in one line why not.
public enum FileReader {
    /// What became of a file.
    public enum Outcome: Sendable {
        /// The whole text.
        case text([UInt8])
        /// Not read, and why; fatal when the tool's result is incomplete because of it.
        case refused(String, isFatal: Bool)
    }

    /// The bytes of a file that is no larger than `limit` and no binary.
    public static func read(_ path: String, limit: Int) -> Outcome {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return .refused("cannot be opened: \(String(cString: strerror(errno)))", isFatal: true)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            return .refused("cannot be read: \(String(cString: strerror(errno)))", isFatal: true)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .refused("is no regular file: not read", isFatal: false)
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            return .refused("has \(size / 1_000_000) MB, more than --max-file-size allows: not read", isFatal: false)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 1)
        var chunk = [UInt8](repeating: 0, count: min(max(size + 1, 4096), 1 << 20))
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                return .refused("cannot be read: \(String(cString: strerror(errno)))", isFatal: true)
            }
            if count == 0 { break }
            if bytes.isEmpty, count >= 2, chunk[0] == 0xFF && chunk[1] == 0xFE || chunk[0] == 0xFE && chunk[1] == 0xFF {
                return .refused("is UTF-16, which no rule reads: not read; convert it to UTF-8", isFatal: true)
            }
            if bytes.isEmpty, chunk[..<min(count, 8192)].contains(0) {
                return .refused("is binary: not read", isFatal: false)
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { return .refused("grew beyond --max-file-size: not read", isFatal: false) }
        }
        return .text(bytes)
    }

    /// Replaces a file's content in one step: a new file beside it takes its place, with its permissions and owner.
    ///
    /// Nothing is written when the file no longer holds what was read. Returns why it failed, nil when all went well.
    public static func replace(_ path: String, old: [UInt8], new: [UInt8], limit: Int) -> String? {
        // A link stays a link: what it leads to is replaced.
        guard let resolved = realpath(path, nil) else { return String(cString: strerror(errno)) }
        defer { free(resolved) }
        let target = String(cString: resolved)
        guard case .text(let now) = read(target, limit: limit), now == old else {
            return "changed since it was read: not fixed"
        }
        var status = stat()
        guard stat(target, &status) == 0 else { return String(cString: strerror(errno)) }
        // Renaming asks for the folder's permission only: a file that nobody may write says that it is to be kept.
        guard status.st_mode & 0o222 != 0, access(target, W_OK) == 0 else { return "is read-only: not fixed" }
        let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        var template = Array("\(folder)/.checkv4-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        let temporary = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var failure: String?
        var offset = 0
        new.withUnsafeBytes { buffer in
            while offset < buffer.count, failure == nil {
                let count = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if count > 0 {
                    offset += count
                } else if count == 0 {
                    failure = "nothing more could be written"
                } else if errno != EINTR {
                    failure = String(cString: strerror(errno))
                }
            }
        }
        // The owner first: changing it clears the set-user bits. Only root may give files away; others keep their own.
        if status.st_uid != geteuid() || status.st_gid != getegid() {
            _ = fchown(descriptor, status.st_uid, status.st_gid)
        }
        if failure == nil, fchmod(descriptor, status.st_mode & 0o7777) != 0 {
            failure = String(cString: strerror(errno))
        }
        if failure == nil { failure = copyAttributes(from: target, to: descriptor) }
        if failure == nil, fsync(descriptor) != 0 { failure = String(cString: strerror(errno)) }
        close(descriptor)
        if failure == nil, rename(temporary, target) != 0 { failure = String(cString: strerror(errno)) }
        if failure != nil { unlink(temporary) }
        return failure
    }

    /// Copies access lists and other extended attributes; returns why it failed.
    private static func copyAttributes(from path: String, to descriptor: Int32) -> String? {
        var names = [CChar](repeating: 0, count: 65_536)
        let length = listxattr(path, &names, names.count)
        // A file system without attributes has none to lose.
        if length < 0 { return errno == ENOTSUP ? nil : String(cString: strerror(errno)) }
        for name in names.prefix(length).split(separator: 0) {
            let name = Array(name) + [0]
            let isSystem = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self).hasPrefix("security.")
            var value = [UInt8](repeating: 0, count: 65_536)
            let size = getxattr(path, name, &value, value.count)
            guard size >= 0 else { return String(cString: strerror(errno)) }
            // Labels of the system come from the folder's policy, and need not be ours to set.
            if fsetxattr(descriptor, name, value, size, 0) != 0, !isSystem {
                return "its attributes cannot be kept (\(String(cString: strerror(errno)))): not fixed"
            }
        }
        return nil
    }
}
