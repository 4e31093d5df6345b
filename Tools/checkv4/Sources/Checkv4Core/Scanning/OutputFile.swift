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
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
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
}
