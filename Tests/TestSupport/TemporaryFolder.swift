import Foundation

/// A folder of a test's own, for Unix paths and files; gone with the object.
public final class TemporaryFolder: Sendable {
    /// Its path, short enough for names in it to be Unix addresses.
    public let path: String

    /// Makes the folder.
    public init() throws {
        path = "/tmp/swift-sockets-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }
}
