// swift-tools-version: 6.0
import PackageDescription

/// SwiftNIO's servers, apart from the other measurements: whoever does not compare with it does not fetch it.
let package = Package(
    name: "nio-peers",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    ],
    targets: ["nio-echo", "nio-async-echo", "nio-tls-echo"].map { name in
        .executableTarget(
            name: name,
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ] + (name == "nio-tls-echo" ? [.product(name: "NIOSSL", package: "swift-nio-ssl")] : [])
        )
    },
    swiftLanguageModes: [.v5]
)
