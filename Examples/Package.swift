// swift-tools-version: 6.2

import PackageDescription

// What embeds the core, as a package of its own: it sees nothing of weir but the product `Routing`.
let package = Package(
    name: "Examples",
    dependencies: [.package(name: "weir", path: "..")],
    targets: [
        .executableTarget(name: "EmbeddedRouting", dependencies: [.product(name: "Routing", package: "weir")])
    ],
    swiftLanguageModes: [.v6]
)
