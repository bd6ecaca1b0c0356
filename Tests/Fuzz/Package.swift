// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that the flags which libFuzzer needs are no one else's. `scripts/fuzz`
// builds it: without -sanitize=fuzzer it does not link.
let package = Package(
    name: "tollchain-fuzz",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "tollchain", path: "../..")],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "toll-fuzz",
            dependencies: ["CLibFuzzer", .product(name: "FuzzTargets", package: "tollchain")],
            swiftSettings: [.swiftLanguageMode(.v6)],
            // The gold linker, which is the default on Linux, cannot link the sanitizers' sections.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux]))]),
    ]
)
