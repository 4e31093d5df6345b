import Foundation
public import Sockets
public import Testing

/// What a test needs of the machine.
///
/// In CI (the variable `CI` is set) everything is there, and a skip is a failure.
public enum Requirement {
    private static let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// The programs are installed.
    public static func programs(_ names: String...) -> ConditionTrait {
        let missing = names.filter { name in
            !(ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
            }
        }
        return .enabled(if: isCI || missing.isEmpty, "needs \(missing.joined(separator: ", "))")
    }

    /// The test runs as root.
    public static var root: ConditionTrait {
        .enabled(if: isCI || geteuid() == 0, "needs root")
    }

    /// Allocations go through the C library: a sanitizer brings its own.
    public static var systemAllocator: ConditionTrait {
        .disabled(if: isSanitized, "a sanitizer has an allocator of its own")
    }

    private static let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

    /// The machine has IPv6 on its loopback interface.
    public static var ipv6: ConditionTrait {
        let addresses = try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)
        return .enabled(if: isCI || addresses?.contains("00000000000000000000000000000001") == true, "needs IPv6 on lo")
    }

    /// The kernel has sockets of a family and type.
    ///
    /// Nobody can install that, so in CI, too, it is a skip that says why.
    public static func kernel(
        _ family: AddressFamily, _ type: SocketType, _ transport: TransportProtocol = .default
    ) -> ConditionTrait {
        .enabled(if: (try? Socket(family, type, transport)) != nil, "the kernel has no \(family) \(type) \(transport)")
    }

    /// The kernel can hold packets back (`CONFIG_NET_SCH_TBF`).
    public static var queueOfPackets: ConditionTrait {
        let result = try? Namespace.run([.network]) {
            try Namespace.shell("tc qdisc add dev lo root tbf rate 1kbit burst 1600 limit 3200")
        }
        return .enabled(if: result != nil, "the kernel has no token bucket filter")
    }

    /// The kernel carries vsock connections inside of this machine (`CONFIG_VSOCKETS_LOOPBACK`).
    public static var vsockLoopback: ConditionTrait {
        let socket = try? Socket(.vsock, .stream)
        let bound: Void? = try? socket?.bind(to: SocketAddress(VSockAddress(.local, port: VSockAddress.anyPort)))
        return .enabled(if: bound != nil, "the kernel has no loopback of vsock")
    }
}
