// swift-tools-version: 6.2

import PackageDescription

// Benchmarks are run by hand and are no part of `swift test`: see README.md beside this file.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "weir", path: "..")],
    targets: [
        .executableTarget(name: "RoutingBenchmarks", dependencies: [.product(name: "Routing", package: "weir")]),
        .executableTarget(
            name: "EngineBenchmarks",
            dependencies: [
                .product(name: "Simulation", package: "weir"), .product(name: "Testbed", package: "weir"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
