// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
]

let tollchain: [Target.Dependency] = [
    "BenchmarkParts", "PayWord", "PeerProtocol", "TollBroker", "TollMerchant", "TollSQLite",
    "TollPostgres", "TollTransport",
].map { .product(name: $0, package: "tollchain") }

// A package of its own, so that what benchmarks need is no one else's dependency. `make bench` runs
// it; `Benchmarks/README.md` says what it measures, and how.
let package = Package(
    name: "tollchain-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "tollchain", path: ".."),
        // Without its traits, which count allocations by libraries that are loaded first: this
        // package counts them by itself.
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLimitCrypto", path: "Sources/CLimitCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CSecp256k1", pkgConfig: "libsecp256k1",
            providers: [.apt(["libsecp256k1-dev"]), .brew(["secp256k1"])]),
        .target(
            name: "CLimits", dependencies: ["CLimitCrypto"],
            cSettings: [.define("OPENSSL_SUPPRESS_DEPRECATED")]),
        .target(name: "CRivals", dependencies: ["CLimitCrypto", "CSecp256k1"]),
        .systemLibrary(
            name: "CLimitPQ", path: "Sources/CLimitPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(name: "CCounters"),
        // What is measured: chains, shops, payers, brokers.
        .target(
            name: "Scenes",
            dependencies: ["CLimits", "CRivals"] + tollchain, swiftSettings: settings),
        .executableTarget(
            name: "TollBenchmarks",
            dependencies: [
                "Scenes", "CLimits", "CLimitCrypto", "CLimitPQ", "CCounters",
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ] + tollchain,
            // The library finds its benchmarks by the name of this folder.
            path: "Benchmarks/TollBenchmarks",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "toll-instructions", dependencies: ["Scenes", "CCounters"] + tollchain,
            swiftSettings: settings),
    ]
)
