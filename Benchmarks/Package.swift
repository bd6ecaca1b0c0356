// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that what benchmarks need is no one else's dependency.
let package = Package(
    name: "tollchain-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "tollchain", path: "..")],
    targets: [
        .executableTarget(
            name: "payment-cost",
            dependencies: [
                .product(name: "PayWord", package: "tollchain"),
                .product(name: "PeerProtocol", package: "tollchain"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
