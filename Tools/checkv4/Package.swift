// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 mode, and the features that the language is going to turn on.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "checkv4",
    products: [
        .executable(name: "checkv4", targets: ["checkv4"]),
        .library(name: "Checkv4Core", targets: ["Checkv4Core"]),
        .plugin(name: "Checkv4Plugin", targets: ["Checkv4Plugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/swiftlang/swift-syntax", exact: "603.0.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .target(name: "CAttributes"),
        .target(
            name: "Checkv4Core",
            dependencies: [
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
                "CAttributes",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "checkv4",
            dependencies: [
                "Checkv4Core",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .plugin(
            name: "Checkv4Plugin",
            capability: .command(
                intent: .custom(
                    verb: "checkv4",
                    description: "Finds what stops the package's sources from running over IPv6."
                )
            ),
            dependencies: ["checkv4"]
        ),
        .testTarget(
            name: "Checkv4Tests",
            dependencies: ["CAttributes", "Checkv4Core", "checkv4"],
            swiftSettings: settings
        ),
    ]
)
