import Foundation
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
}
