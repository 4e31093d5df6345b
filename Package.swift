// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 mode, and the features that the language is going to turn on.
///
/// In CI warnings are errors. (SwiftPM leaves this setting out where the package is somebody's dependency.)
let settings: [SwiftSetting] =
    (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]) + [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]

/// Libraries mark each unsafe expression; the marks stand only in `System/` folders.
let librarySettings = settings + [.strictMemorySafety()]

/// A program of `Examples/`, and what it uses beside the library.
func example(_ name: String, uses modules: Target.Dependency...) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["Sockets", .product(name: "SystemPackage", package: "swift-system")] + modules,
        path: "Examples/\(name)",
        swiftSettings: settings
    )
}

let package = Package(
    name: "swift-sockets",
    products: [
        .library(name: "Sockets", targets: ["Sockets"]),
        .library(name: "AsyncSockets", targets: ["AsyncSockets"]),
        .library(name: "TLSSockets", targets: ["TLSSockets"]),
        .executable(name: "sock", targets: ["sock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .target(name: "CSockets"),
        .target(
            name: "Sockets",
            dependencies: [
                "CSockets",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: librarySettings
        ),
        .target(name: "CAsyncSockets"),
        .target(
            name: "AsyncSockets",
            dependencies: [
                "CAsyncSockets", "CSockets", "Sockets",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: librarySettings
        ),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .target(
            name: "TLSSockets",
            dependencies: [
                "AsyncSockets", "COpenSSL", "Sockets",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: librarySettings
        ),
        .executableTarget(
            name: "sock",
            dependencies: [
                "AsyncSockets", "Sockets", "TLSSockets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(name: "ApplicationProtocol", path: "Examples/application-protocol", swiftSettings: settings),
        example("application-protocol-client", uses: "ApplicationProtocol"),
        example("application-protocol-server", uses: "ApplicationProtocol"),
        example("async-chat-server", uses: "AsyncSockets"),
        example("async-echo-client", uses: "AsyncSockets"),
        example("async-echo-server", uses: "AsyncSockets"),
        example("async-tls-echo", uses: "AsyncSockets", "TLSSockets"),
        example("async-udp-echo", uses: "AsyncSockets"),
        example("chat-server"),
        example("discard-service"),
        example("echo-client"),
        example("echo-forking"),
        example("echo-server"),
        example("echo-threads"),
        example("mutual-tls", uses: "TLSSockets"),
        example("multi-connection-client"),
        example("multi-connection-server"),
        example("starttls", uses: "TLSSockets"),
        example("tcp-proxy", uses: "AsyncSockets"),
        example("third-party-domain"),
        example("thousand-clients", uses: "AsyncSockets"),
        example("time-service"),
        example("tls-echo", uses: "TLSSockets"),
        example("tls-engine", uses: "TLSSockets"),
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(
            name: "TestSupport",
            dependencies: ["CSockets", "Sockets", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "socket-calls",
            dependencies: ["Sockets", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/Fixtures/socket-calls",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "server-fixture",
            dependencies: ["Sockets", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/Fixtures/server-fixture",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "async-fixture",
            dependencies: ["AsyncSockets", "Sockets", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/Fixtures/async-fixture",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "tls-fixture",
            dependencies: ["Sockets", "TLSSockets"],
            path: "Tests/Fixtures/tls-fixture",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SocketsTests",
            dependencies: [
                "CTestSupport", "Sockets", "TestSupport", "server-fixture", "socket-calls",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Addresses/Fixtures", "Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AsyncSocketsTests",
            dependencies: [
                "AsyncSockets", "CAsyncSockets", "Sockets", "TestSupport", "async-fixture",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TLSSocketsTests",
            dependencies: [
                "AsyncSockets", "CTestSupport", "Sockets", "TLSSockets", "TestSupport", "tls-fixture",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "ExamplesTests", dependencies: ["TestSupport"], swiftSettings: settings),
        .testTarget(name: "SockTests", dependencies: ["TestSupport"], swiftSettings: settings),
    ]
)
