// swift-tools-version: 6.2
import PackageDescription

/// Measurements live in a package of their own, so that what they depend on never reaches users of the library.
let package = Package(
    name: "swift-sockets-benchmarks",
    dependencies: [
        .package(name: "swift-sockets", path: "..")
    ],
    targets: [
        .target(name: "CAllocations"),
        .target(name: "CDatagrams"),
        .executableTarget(
            name: "address-micro",
            dependencies: [.product(name: "Sockets", package: "swift-sockets")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "async-echo",
            dependencies: [
                .product(name: "AsyncSockets", package: "swift-sockets"),
                .product(name: "Sockets", package: "swift-sockets"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "async-udp-echo",
            dependencies: [
                .product(name: "AsyncSockets", package: "swift-sockets"),
                .product(name: "Sockets", package: "swift-sockets"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "datagram-batches",
            dependencies: ["CDatagrams", .product(name: "Sockets", package: "swift-sockets")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "thread-echo",
            dependencies: [.product(name: "Sockets", package: "swift-sockets")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "tls-async-echo",
            dependencies: [
                .product(name: "AsyncSockets", package: "swift-sockets"),
                .product(name: "Sockets", package: "swift-sockets"),
                .product(name: "TLSSockets", package: "swift-sockets"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "tls-leaks",
            dependencies: [
                "CAllocations",
                .product(name: "AsyncSockets", package: "swift-sockets"),
                .product(name: "Sockets", package: "swift-sockets"),
                .product(name: "TLSSockets", package: "swift-sockets"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "tls-thread-echo",
            dependencies: [
                .product(name: "Sockets", package: "swift-sockets"),
                .product(name: "TLSSockets", package: "swift-sockets"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "transfer-costs",
            dependencies: ["CAllocations", .product(name: "Sockets", package: "swift-sockets")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ]
)
