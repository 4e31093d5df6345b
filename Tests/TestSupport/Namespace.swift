import Foundation

/// Namespaces of the kernel for one thread and the programs that it starts: a network, mounts or names of its own.
///
///     try Namespace.run([.network]) {
///         try Namespace.shell("ip link set lo up")
///         …
///     }
///
/// They go with the thread and its programs; the rest of the process does not see them. Needs root.
public struct Namespace: OptionSet, Sendable {
    /// The bits of the kernel (`CLONE_NEW…`).
    public let rawValue: CInt

    /// Namespaces by their bits.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Mounts (`CLONE_NEWNS`): a file can be put in another's place.
    public static let mounts = Namespace(rawValue: 0x0002_0000)
    /// The name of the machine (`CLONE_NEWUTS`).
    public static let hostName = Namespace(rawValue: 0x0400_0000)
    /// Interfaces and routes (`CLONE_NEWNET`).
    public static let network = Namespace(rawValue: 0x4000_0000)

    /// Whether a first program could be started outside every namespace.
    ///
    /// Foundation hears of the end of programs by a pair of Internet sockets over loopback, made with the first program.
    /// When that one starts in a new network, whose loopback is down, no program is ever seen to end; so one starts before.
    private static let isReady: Bool = (try? Program("true").wait()) == 0

    /// Runs work on a thread with new namespaces, and returns or throws what it does.
    public static func run<Value: Sendable>(
        _ namespaces: Namespace, within seconds: Double = 60, _ work: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        guard isReady else { throw Program.Failed(message: "no program can be started") }
        return try Background {
            typealias Unshare = @convention(c) (CInt) -> CInt
            guard let symbol = dlsym(nil, "unshare"),
                unsafeBitCast(symbol, to: Unshare.self)(namespaces.rawValue) == 0
            else { throw Program.Failed(message: "unshare: \(String(cString: strerror(errno)))") }
            // Else mounts would spread to the namespace that this one was copied from.
            if namespaces.contains(.mounts) { try shell("mount --make-rprivate /") }
            return try work()
        }.join(within: seconds)
    }

    /// Puts a file with this text in the place of another, in the namespace of the calling thread.
    public static func replace(_ path: String, with text: String) throws {
        let folder = try TemporaryFolder()
        try text.write(toFile: folder.file("text"), atomically: false, encoding: .utf8)
        try shell("mount --bind \(folder.file("text")) \(path)")
    }

    /// Runs commands in the namespaces of the calling thread, and returns the lines that they print.
    @discardableResult
    public static func shell(_ commands: String) throws -> [String] {
        try Program("sh", ["-ec", commands]).finish()
    }

    /// Makes two interfaces that are the ends of a cable, `left` and `right`, in the calling thread's network, and waits until
    /// they carry packets: before that the kernel drops what is sent, and says nothing.
    public static func connectLeftAndRight() throws {
        try shell(
            """
            ip link add left type veth peer name right
            for end in left right; do ip link set $end up; done
            for end in left right; do until ip -br link show $end | grep -q ' UP '; do sleep 0.01; done; done
            """)
    }

    /// Takes all privilege from the calling thread alone, for good.
    public static func dropPrivilege() throws {
        typealias Call = @convention(c) (Int, Int, Int, Int) -> Int
        // The C function would change all threads; the system call changes one.
        guard let symbol = dlsym(nil, "syscall"),
            unsafeBitCast(symbol, to: Call.self)(117, 65534, 65534, 65534) == 0
        else { throw Program.Failed(message: "setresuid: \(String(cString: strerror(errno)))") }
    }
}
