// swift-tools-version: 6.2

import PackageDescription

// Layers point one way: a target may import only what its row names, and every row names only rows
// above it. `Sources/README.md` explains the house. SwiftPM alone lets a module through that happens
// to be built already, so `make lint` holds every import against these rows. Versions are exact: two
// people who build one commit build the same code.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(
    name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(
    name: "Configuration", package: "swift-configuration")

let package = Package(
    name: "tollchain",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "toll", targets: ["toll"]),
        .executable(name: "toll-merchant", targets: ["toll-merchant"]),
        .executable(name: "toll-wallet", targets: ["toll-wallet"]),
        .library(name: "DeterministicCBOR", targets: ["DeterministicCBOR"]),
        .library(name: "KeyFile", targets: ["KeyFile"]),
        .library(name: "PayWord", targets: ["PayWord"]),
        .library(name: "PeerProtocol", targets: ["PeerProtocol"]),
        .library(name: "TollBroker", targets: ["TollBroker"]),
        .library(name: "TollMerchant", targets: ["TollMerchant"]),
        .library(name: "TollWallet", targets: ["TollWallet"]),
        .library(name: "TollSQLite", targets: ["TollSQLite"]),
        .library(name: "TollPostgres", targets: ["TollPostgres"]),
        .library(name: "TollTransport", targets: ["TollTransport"]),
        .library(name: "TollBrokerAPI", targets: ["TollBrokerAPI"]),
        // For the package in Tests/Fuzz, which builds them with libFuzzer.
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
        // Preloaded into the processes that the fault harness breaks.
        .library(name: "PowerLoss", type: .dynamic, targets: ["CPowerLoss"]),
        // For the package in Benchmarks, which measures the kernels one by one.
        .library(
            name: "BenchmarkParts",
            targets: ["CChainKernel", "StoreConformance", "PrivatePostgres"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // The core: libcrypto and the standard library, nothing else.
        .systemLibrary(
            name: "CLibCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"]), .yum(["openssl-devel"])]),
        .target(
            name: "CChainKernel", dependencies: ["CLibCrypto"],
            cSettings: [.define("OPENSSL_SUPPRESS_DEPRECATED")]),
        library("DeterministicCBOR", []),
        library("PayWord", ["DeterministicCBOR", "CChainKernel", "CLibCrypto"]),
        library("PeerProtocol", ["PayWord", "DeterministicCBOR"]),
        library("Failpoints", []),
        library("KeyFile", ["PayWord"]),

        // The three roles. None knows another.
        library("TollBroker", ["PayWord", "DeterministicCBOR", "Failpoints", logging, metrics]),
        library(
            "TollMerchant",
            [
                "PeerProtocol", "PayWord", "DeterministicCBOR", "Failpoints", logging, lifecycle,
            ]),
        library(
            "TollWallet", ["PeerProtocol", "PayWord", "DeterministicCBOR", "Failpoints", logging]),

        // What the roles stand on: two store engines, one carrier, one broker's API.
        library(
            "TollSQLite",
            [
                "TollBroker", "TollMerchant", "TollWallet", "PayWord", "DeterministicCBOR", grdb,
                sqlite,
            ]),
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"]), .yum(["libpq-devel"])]),
        library(
            "TollPostgres",
            [
                "TollBroker", "TollMerchant", "TollWallet", "PayWord", "DeterministicCBOR",
                "CLibPQ", logging,
            ]),
        library(
            "TollTransport",
            [
                "TollMerchant", "TollWallet", "PeerProtocol", "PayWord", "Failpoints", nioCore,
                nioPosix, nioSSL, lifecycle, logging, metrics,
            ]),
        library(
            "TollBrokerAPI",
            [
                "TollBroker", "TollMerchant", "TollWallet", "PayWord", "DeterministicCBOR",
                hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, asyncHTTPClient, nioCore,
                nioHTTP1, nioPosix, nioSSL, lifecycle, logging,
            ]),

        // What an operator looks at: figures, readiness, an address of its own.
        library(
            "TollOperator",
            [
                "TollMerchant", "PayWord", hummingbird, hummingbirdCore, httpTypes, nioCore,
                lifecycle, logging, metrics,
            ]),

        // Answers and asks by the protocol that other implementations are compared through.
        library(
            "TollConformance",
            ["TollBroker", "TollWallet", "PeerProtocol", "PayWord", "DeterministicCBOR"]),

        // A live counterparty for other implementations, which can be told to misbehave.
        library(
            "TollConformancePeer",
            [
                "TollTransport", "TollMerchant", "PeerProtocol", "PayWord", "DeterministicCBOR",
                nioCore, nioPosix,
            ]),

        // What a person sees and runs. `TollCLI` holds what can be tested without a process:
        // presentation, inspection, places of files.
        library(
            "TollCLI",
            ["PeerProtocol", "PayWord", "DeterministicCBOR", argumentParser, configuration]),
        .executableTarget(
            name: "toll",
            dependencies: [
                "TollCLI", "TollConformance", "TollConformancePeer", "TollOperator",
                "TollBrokerAPI", "TollTransport", "TollSQLite", "TollPostgres", "TollBroker",
                "TollMerchant", "TollWallet", "PeerProtocol", "PayWord", "DeterministicCBOR",
                "Failpoints", "KeyFile", argumentParser, logging, lifecycle, signals, metrics,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "toll-merchant",
            dependencies: [
                "TollCLI", "TollBrokerAPI", "TollTransport", "TollSQLite", "TollMerchant",
                "PayWord", "KeyFile", argumentParser, logging, lifecycle, signals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "toll-wallet",
            dependencies: [
                "TollCLI", "TollBrokerAPI", "TollTransport", "TollSQLite", "TollWallet", "PayWord",
                "KeyFile", argumentParser, logging,
            ],
            swiftSettings: strict),

        // What the tests share: fixtures and their generator, and the stores' conformance suites
        // with their in-memory implementations.
        .target(
            name: "FixtureKit",
            dependencies: ["TollConformance", "PeerProtocol", "PayWord", "DeterministicCBOR"],
            path: "Tests/FixtureKit", swiftSettings: strict),
        .executableTarget(
            name: "toll-fixtures", dependencies: ["FixtureKit"], path: "Tests/toll-fixtures",
            swiftSettings: strict),
        .target(
            name: "StoreConformance",
            dependencies: [
                "TollBroker", "TollMerchant", "TollWallet", "PeerProtocol", "PayWord",
                "DeterministicCBOR",
            ],
            path: "Tests/StoreConformance", swiftSettings: strict),
        // A PostgreSQL of the tests' own, in a folder that goes when they end.
        .target(
            name: "PrivatePostgres", path: "Tests/PrivatePostgres", swiftSettings: strict),
        // Payers in great number, which measure a merchant that runs as a process, and their program.
        .target(
            name: "LoadKit",
            dependencies: [
                "TollCLI", "TollTransport", "StoreConformance", "PrivatePostgres", "PeerProtocol",
                "PayWord", nioCore, nioPosix,
            ],
            path: "Tests/LoadKit", swiftSettings: strict),
        .executableTarget(
            name: "toll-load", dependencies: ["LoadKit", "TollCLI", argumentParser, signals],
            path: "Tests/toll-load", swiftSettings: strict),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "FixtureKit", "StoreConformance", "TollCLI", "TollConformance", "TollBroker",
                "TollMerchant", "TollWallet", "PeerProtocol", "PayWord", "DeterministicCBOR",
                logging,
            ],
            path: "Tests/FuzzTargets", swiftSettings: strict),

        // The fault harness, and the disk that forgets what was not flushed.
        .target(name: "CPowerDisk", path: "Tests/CPowerDisk"),
        .target(name: "CPowerLoss", dependencies: ["CPowerDisk"], path: "Tests/CPowerLoss"),
        .executableTarget(
            name: "toll-chaos",
            dependencies: [
                "CPowerDisk", "CLibPQ", "PrivatePostgres", "TollCLI", "TollBrokerAPI",
                "TollTransport", "TollSQLite", "TollWallet", "PayWord", "KeyFile", argumentParser,
                logging, sqlite,
            ],
            path: "Tests/toll-chaos", swiftSettings: strict),

        // Checks of the chain kernels, with copies of the engines on emulated intrinsics for
        // processors that the machine is not. `scripts/kernels` builds them without Swift.
        .target(
            name: "ChainKernelChecks", dependencies: ["CChainKernel"],
            path: "Tests/ChainKernelChecks", exclude: ["standalone"]),

        // One test target a module, then fixtures and whole processes.
        tests("ChainKernelTests", ["ChainKernelChecks", "CChainKernel", "FixtureKit", "PayWord"]),
        tests("DeterministicCBORTests", ["DeterministicCBOR", "FixtureKit"]),
        tests(
            "PayWordTests",
            ["PayWord", "DeterministicCBOR", "TollConformance", "FixtureKit", "CLibCrypto"]),
        tests("KeyFileTests", ["KeyFile", "PayWord"]),
        tests(
            "PeerProtocolTests", ["PeerProtocol", "PayWord", "DeterministicCBOR", "FixtureKit"]),
        tests(
            "FixtureTests",
            ["FixtureKit", "TollConformance", "PeerProtocol", "PayWord", "DeterministicCBOR"]),
        tests("FuzzCorpusTests", ["FuzzTargets"]),
        tests("TollBrokerTests", ["TollBroker", "StoreConformance", "PayWord"]),
        tests(
            "TollMerchantTests", ["TollMerchant", "StoreConformance", "PeerProtocol", "PayWord"]),
        tests("TollWalletTests", ["TollWallet", "StoreConformance", "PeerProtocol", "PayWord"]),
        tests(
            "TollSQLiteTests",
            [
                "TollSQLite", "StoreConformance", "TollBroker", "TollMerchant", "TollWallet",
                "PayWord", grdb,
            ]),
        tests(
            "TollPostgresTests",
            [
                "TollPostgres", "PrivatePostgres", "StoreConformance", "TollBroker",
                "TollMerchant", "TollWallet", "PayWord", "CLibPQ", logging,
            ]),
        tests(
            "TollTransportTests",
            [
                "TollTransport", "TollMerchant", "TollWallet", "StoreConformance", "PeerProtocol",
                "PayWord", nioCore, nioPosix, nioSSL,
            ]),
        tests(
            "TollBrokerAPITests",
            [
                "TollBrokerAPI", "TollBroker", "TollMerchant", "TollWallet", "StoreConformance",
                "FixtureKit", "PayWord", hummingbird, hummingbirdTesting, httpTypes,
                asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL, lifecycle, logging,
            ]),
        tests(
            "TollOperatorTests",
            [
                "TollOperator", "TollMerchant", "StoreConformance", "PayWord", hummingbird,
                hummingbirdTesting, httpTypes, logging, metrics,
            ]),
        tests(
            "TollConformancePeerTests",
            [
                "TollConformancePeer", "TollTransport", "TollMerchant", "TollWallet",
                "StoreConformance", "PeerProtocol", "PayWord", nioCore, nioPosix,
            ]),
        tests(
            "TollCLITests",
            ["TollCLI", "PeerProtocol", "PayWord", "DeterministicCBOR", argumentParser]),
        tests("ChaosTests", ["CPowerDisk", "toll-chaos", "toll", "TollCLI"]),
        tests("LoadKitTests", ["LoadKit", "toll-load", "toll", "TollCLI", "StoreConformance"]),
        tests(
            "EndToEndTests",
            [
                "toll", "toll-merchant", "toll-wallet", "TollCLI", "TollSQLite", "PayWord",
                "DeterministicCBOR", "FixtureKit", "KeyFile", "PrivatePostgres", "TollMerchant",
                "TollTransport", asyncHTTPClient, nioCore,
            ]),
    ]
)
