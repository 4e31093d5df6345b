public import Foundation

/// Files that the tool writes anew: reports and baselines.
public enum OutputFile {
    /// Writes a file whole or not at all; what is no regular file, such as `/dev/null` or a pipe, is written to as it is.
    ///
    /// A file is replaced by renaming, which would put a regular file in the place of a device, or of a symbolic link:
    /// so links are followed first.
    public static func write(_ data: Data, to path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            // A link that leads nowhere yet stays a link too.
            try data.write(to: URL(fileURLWithPath: target(of: path)), options: .atomic)
            return
        }
        if status.st_mode & S_IFMT == S_IFREG {
            try data.write(to: URL(fileURLWithPath: path).resolvingSymlinksInPath(), options: .atomic)
            return
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: data)
        try file.close()
    }

    private static func target(of path: String) -> String {
        var target = path
        for _ in 0..<16 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else { break }
            let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
            target = next.hasPrefix("/") ? next : folder + next
        }
        return target
    }
}
