// swift-tools-version: 6.2

import PackageDescription

// Warnings are errors where the environment says CI, so that a newer compiler never keeps a user from building.
let strict = Context.environment["CI"] != nil

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// A room of the architecture; `docs/architecture.md` says what each holds and what it never does.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

let package = Package(
    name: "weir",
    products: [
        .executable(name: "weir", targets: ["weir"]),
        .library(name: "Routing", targets: ["Routing"]),
        .library(name: "Simulation", targets: ["Simulation"]),
        .library(name: "Testbed", targets: ["Testbed"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", "4.0.0"..<"6.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLibPCAP", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CLibZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        room("JSON"),
        room("Routing", ["CRE2"]),
        room("GatewayAPI"),
        room("Manifests", ["CLibYAML", "JSON", "GatewayAPI"]),
        room("Validation", ["CRE2", "GatewayAPI", "Manifests"]),
        room(
            "Certificates",
            [.product(name: "X509", package: "swift-certificates"), .product(name: "SwiftASN1", package: "swift-asn1")]),
        room("ControlPlane", ["Routing", "GatewayAPI", "Manifests", "Validation", "Certificates"]),
        room("Export", ["JSON", "Routing"]),
        room("Simulation"),
        room("Compression", ["CLibZ", "CLibZstd"]),
        room(
            "Capture",
            [
                "CLibPCAP", "Compression", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        room("Traffic", ["JSON", "Simulation", "Capture", .product(name: "Crypto", package: "swift-crypto")]),
        room("Replay", ["JSON", "Routing", "Capture", "Traffic", "Simulation"]),
        room("Analysis", ["Routing", "GatewayAPI", "Manifests", "Validation", "ControlPlane", "Traffic", "Replay"]),
        room(
            "Review",
            [
                "JSON", "Routing", "GatewayAPI", "Manifests", "Validation", "ControlPlane", "Traffic", "Replay",
                "Analysis",
            ]),
        room("Testbed", ["Simulation"]),
        room(
            "Scenario",
            [
                "GatewayAPI", "Manifests", "Validation", "ControlPlane", "Capture", "Traffic", "Simulation", "Replay",
                "Testbed", "Routing",
            ]),
        room(
            "Expectations",
            [
                "GatewayAPI", "Manifests", "Validation", "ControlPlane", "Traffic", "Replay", "Analysis", "Scenario",
                "Routing",
            ]),
        room(
            "Reports",
            [
                "JSON", "Routing", "GatewayAPI", "Manifests", "ControlPlane", "Traffic", "Simulation", "Replay",
                "Testbed",
                "Scenario", "Analysis", "Expectations",
            ]),
        .executableTarget(
            name: "weir",
            dependencies: [
                "Routing", "GatewayAPI", "Manifests", "Validation", "ControlPlane", "Capture", "Traffic", "Replay",
                "Testbed", "Scenario", "Analysis", "Review", "Reports", "Export", "JSON", "Simulation", "Expectations",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
        tests("JSONTests", ["JSON"]),
        tests("RoutingTests", ["TestSupport", "Routing"]),
        tests("ManifestsTests", ["TestSupport", "Manifests", "GatewayAPI", "JSON"]),
        tests("ValidationTests", ["TestSupport", "Validation", "Manifests", "GatewayAPI", "JSON"]),
        tests(
            "DialectTests",
            ["Routing", "GatewayAPI", "Manifests", "Validation", "ControlPlane", "Traffic", "Replay"]),
        tests("CertificatesTests", ["TestSupport", "Certificates"]),
        tests(
            "ControlPlaneTests",
            [
                "ControlPlane", "Routing", "GatewayAPI", "Manifests", "Validation", "Traffic", "Replay", "Reports",
                "JSON", "TestSupport",
            ], exclude: ["Golden"]),
        tests("CaptureTests", ["TestSupport", "Capture", "CLibPCAP", "CLibZ", "CLibZstd"], exclude: ["Fixtures"]),
        tests("TrafficTests", ["TestSupport", "Traffic", "Capture", "JSON"]),
        tests("SimulationTests", ["Simulation"]),
        tests("ReplayTests", ["TestSupport", "Replay", "Routing", "Traffic"]),
        tests("TestbedTests", ["TestSupport", "Testbed", "Simulation"]),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "Scenario", "Reports", "Testbed", "Simulation", "Traffic", "GatewayAPI", "Manifests", "JSON",
            ],
            exclude: ["Fixtures"], swiftSettings: swiftSettings),
        tests(
            "AnalysisTests",
            [
                "TestSupport", "Analysis", "Routing", "GatewayAPI", "Manifests", "Validation", "ControlPlane",
                "Traffic",
                "Replay", "JSON",
            ]),
        tests(
            "ExpectationsTests",
            [
                "TestSupport", "Expectations", "Reports", "Analysis", "Scenario", "Routing", "GatewayAPI", "Manifests",
                "Validation", "ControlPlane", "Traffic", "Replay", "JSON",
            ], exclude: ["Golden"]),
        tests("ExportTests", ["TestSupport", "Export", "Routing", "JSON"]),
        tests(
            "ReviewTests", ["Review", "Reports", "ControlPlane", "Validation", "Manifests", "GatewayAPI"],
            exclude: ["Golden"]),
        tests("CommandTests", ["weir"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
