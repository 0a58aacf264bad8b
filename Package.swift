// swift-tools-version: 6.2
import PackageDescription

// One list of settings for every target. `Lifetimes` lets spans be returned from views and tiles;
// clients of the libraries need no flag. Warnings become errors only where the scripts ask for it,
// so that a newer compiler never keeps anybody from building a release.
let strict = Context.environment["MMSCAN_WARNINGS_AS_ERRORS"] == "1"
let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

// The program starts in half of the time when it brings its libraries along. Scripts/build asks for
// that where the toolchain has Swift's, and leaves in a directory what the system has of the others;
// FoundationEssentials, which swift-crypto uses, does not name what it needs.
let startup: [LinkerSetting] =
  Context.environment["MMSCAN_STATIC_STDLIB"] == "1"
  ? [
    .unsafeFlags(
      [
        "-static-stdlib", "-L\(Context.packageDirectory)/.build/static-libraries",
        "-l_FoundationCShims", "-l_FoundationCollections", "-Xlinker",
        "--gc-sections",
      ],
      .when(platforms: [.linux]))
  ] : []

// Hyperscan exists for x86-64 only; elsewhere PCRE2 searches alone.
#if arch(x86_64)
  let hyperscan: [Target.Dependency] = ["CHyperscan"]
  let hyperscanLibrary: [Target] = [
    .systemLibrary(name: "CHyperscan", path: "Sources/SystemLibraries/CHyperscan")
  ]
#else
  let hyperscan: [Target.Dependency] = []
  let hyperscanLibrary: [Target] = []
#endif

// Its entry point comes with libFuzzer: Scripts/fuzz builds it.
let fuzzers: [Target] =
  Context.environment["MMSCAN_FUZZ"] == "1"
  ? [
    .executableTarget(
      name: "fuzzer",
      dependencies: [
        "ZstdFrames", "PatternSearch", "Checksums", "TextStatistics", "ByteProfile", "ScanStates",
        "ScanEngine", "Arguments",
        "FileMapping", .product(name: "SystemPackage", package: "swift-system"),
      ], path: "Tests/Fuzzer", swiftSettings: settings)
  ] : []

// Scripts that build the libraries once more, to watch over them, leave the program and its tests out.
let isWithoutProgram = Context.environment["MMSCAN_LIBRARIES_ONLY"] == "1"
let programTargets = ["mmscan", "mmscanTests"]

func systemLibrary(_ name: String) -> Target {
  .systemLibrary(name: name, path: "Sources/SystemLibraries/\(name)")
}

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    swiftSettings: settings)
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "mmscan",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "FileMapping", targets: ["FileMapping"]),
    .library(name: "ScanEngine", targets: ["ScanEngine"]),
    .library(name: "FileCopy", targets: ["FileCopy"]),
    .library(name: "Checksums", targets: ["Checksums"]),
    .library(name: "Manifests", targets: ["Manifests"]),
    .library(name: "TextStatistics", targets: ["TextStatistics"]),
    .library(name: "ByteProfile", targets: ["ByteProfile"]),
    .library(name: "PatternSearch", targets: ["PatternSearch"]),
    .library(name: "ZstdFrames", targets: ["ZstdFrames"]),
    .library(name: "ScanStates", targets: ["ScanStates"]),
  ] + (isWithoutProgram ? [] : [.executable(name: "mmscan", targets: ["mmscan"])]),
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: ([
    systemLibrary("CZstd"),
    systemLibrary("CXXHash"),
    systemLibrary("CISAL"),
    systemLibrary("CNettle"),
    systemLibrary("CPCRE2"),

    .target(name: "CFaultGuard"),
    .target(name: "CLinux"),
    .target(name: "CLiteralScan"),
    .target(name: "CBlake3"),
    .target(name: "CBlake2b"),
    .target(name: "CByteCounts"),
    .target(name: "CTextScan"),
    library(
      "FileMapping",
      [
        "CFaultGuard", .target(name: "CLinux", condition: .when(platforms: [.linux])),
        systemPackage,
      ]),
    library("ScanEngine", ["FileMapping", systemPackage]),
    library(
      "FileCopy",
      [
        "ScanEngine", "FileMapping",
        .target(name: "CLinux", condition: .when(platforms: [.linux])), systemPackage,
      ]),
    library(
      "Checksums",
      [
        "ScanEngine", "CBlake2b", "CBlake3", "CISAL", "CNettle", "CXXHash",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    library("Manifests", ["Checksums"]),
    library("TextStatistics", ["ScanEngine", "CTextScan"]),
    library("ByteProfile", ["ScanEngine", "CByteCounts"]),
    library("PatternSearch", ["ScanEngine", "CLiteralScan", "CPCRE2"] + hyperscan),
    library("ZstdFrames", ["ScanEngine", "FileMapping", "CZstd", "CXXHash"]),
    library("ScanStates", ["FileMapping"]),
    library("Arguments", []),
    .executableTarget(
      name: "mmscan",
      dependencies: [
        "FileMapping", "ScanEngine", "Checksums", "TextStatistics", "PatternSearch", "ZstdFrames",
        "FileCopy", "Manifests", "ScanStates", "ByteProfile", "Arguments",
        .target(name: "CLinux", condition: .when(platforms: [.linux])), systemPackage,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings, linkerSettings: startup),

    .target(
      name: "TestSupport", dependencies: ["CSpawn", "ScanEngine", systemPackage],
      path: "Tests/TestSupport",
      swiftSettings: settings),
    // Starts the programs that tests run.
    .target(name: "CSpawn", path: "Tests/CSpawn"),
    // What tests of processes that share start.
    .executableTarget(
      name: "mapping-peer", dependencies: ["FileMapping", systemPackage], path: "Tests/MappingPeer",
      swiftSettings: settings),
    // The plain twin of a search, and random searches to compare with it.
    .target(
      name: "PatternTwin", dependencies: ["PatternSearch", "ScanEngine", "TestSupport"],
      path: "Tests/PatternTwin", swiftSettings: settings),
    .executableTarget(
      name: "pattern-cases",
      dependencies: ["PatternTwin", "PatternSearch", "ScanEngine", "TestSupport"],
      path: "Tests/PatternCases", swiftSettings: settings),
    tests(of: "FileMapping", ["mapping-peer", systemPackage]),
    tests(of: "ScanEngine", ["FileMapping", systemPackage]),
    tests(of: "FileCopy", ["FileMapping", "ScanEngine", "Checksums", systemPackage]),
    tests(of: "Checksums", [systemPackage]),
    tests(of: "Manifests", ["Checksums"]),
    tests(of: "TextStatistics", [systemPackage]),
    tests(of: "ByteProfile", ["ScanEngine"]),
    tests(of: "PatternSearch", ["PatternTwin", "pattern-cases"]),
    tests(of: "ZstdFrames", ["FileMapping", "ScanEngine", systemPackage]),
    tests(of: "ScanStates", ["FileMapping", systemPackage]),
    tests(of: "Arguments"),
    // They run the built program, and are not linked with it.
    .testTarget(
      name: "mmscanTests", dependencies: ["TestSupport", "ScanStates", systemPackage],
      swiftSettings: settings),
  ] + hyperscanLibrary + fuzzers).filter { !isWithoutProgram || !programTargets.contains($0.name) }
)
