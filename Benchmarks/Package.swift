// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds mmscan builds it: `swift run -c release --package-path Benchmarks`.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "mmscan", path: "..")],
  targets: [
    .executableTarget(
      name: "kernels",
      dependencies: [
        .product(name: "ScanEngine", package: "mmscan"),
        .product(name: "Checksums", package: "mmscan"),
        .product(name: "TextStatistics", package: "mmscan"),
        .product(name: "ByteProfile", package: "mmscan"),
        .product(name: "PatternSearch", package: "mmscan"),
        .product(name: "ZstdFrames", package: "mmscan"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .enableExperimentalFeature("Lifetimes"),
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
