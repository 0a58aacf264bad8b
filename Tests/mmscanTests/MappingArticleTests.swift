import Foundation
import SystemPackage
import TestSupport
import Testing

/// Compiles and runs what `FromCreateFileMapping.md` shows, and looks for what it must not leave out.
@Suite struct MappingArticleTests {
  @Test(
    .enabled(if: OutsidePackage.isWanted, "takes minutes: Scripts/check-guides has it run"),
    .enabled(if: Program.isInstalled("swift"), "swift is not in PATH, so no package can be built"),
    .disabled(if: isSanitized, "builds a package without sanitizers"),
    .timeLimit(.minutes(30)))
  func everySnippetCompilesAndSucceeds() async throws {
    let snippets = try Article().snippets
    try #require(snippets.count >= 20)
    let package = try OutsidePackage(
      Article.package(of: snippets), at: "outside/snippets")
    let built = try await package.swift("build -c release --product snippets")
    let log = (built.text + built.errorText).split(separator: "\n")
    try #require(built.status == 0, "\(log.suffix(60).joined(separator: "\n"))")

    // Names go into a directory of this test's.
    let names = try TemporaryDirectory()
    func run(_ script: String, _ snippets: [Int]) throws -> Program {
      let directory = try TemporaryDirectory()
      _ = try directory.file("Hello, world!\n".utf8, named: "hello.txt")
      return try Program.shell(
        "directory=$1; shift; run() { timeout 60 ../build/release/snippets \"$1\" \"$directory\"; }\n"
          + script,
        [directory.path.string] + snippets.map(String.init), in: package.directory.string,
        environment: ["XDG_RUNTIME_DIR": names.path.string])
    }
    func expectSuccess(_ program: Program, _ snippet: FencedBlock) {
      #expect(
        program.status == 0, "\(snippet.heading ?? ""): \(program.errorText)\n\(snippet.content)")
    }
    let first = try #require(snippets.firstIndex { $0.caption == "Process one:" })
    let second = try #require(snippets.firstIndex { $0.caption == "Process two:" })
    for (index, snippet) in snippets.enumerated() where index != first && index != second {
      expectSuccess(try run("run \"$1\"", [index]), snippet)
    }
    let both = """
      coproc one { run "$1"; }
      read -r <&"${one[0]}" || exit 1
      key=${one[1]} process=$one_PID
      run "$2" || { kill "$process"; exit 1; }
      echo >&"$key"
      wait "$process"
      """
    expectSuccess(try run(both, [first, second]), snippets[first])
    let left = try Program.shell("ls \"$1/mmscan\"", [names.path.string])
    #expect(left.status == 0 && left.text.isEmpty, "names are left: \(left.text)")
  }

  @Test(arguments: [
    "CreateFileMapping", "OpenFileMapping", "GetSystemInfo", "GetFileSize", "MapViewOfFile",
    "MapViewOfFileEx", "FlushViewOfFile", "UnmapViewOfFile", "CloseHandle", "SetEndOfFile",
    "CreateMutex", "OpenMutex", "WaitForSingleObject", "ReleaseMutex", "FILE_MAP_COPY",
    "INVALID_HANDLE_VALUE",
  ]) func everyFunctionHasARowAndASnippet(_ function: String) throws {
    let article = try Article()
    #expect(article.rows.contains(function))
    let headings = article.snippets.compactMap(\.heading)
    #expect(
      headings.contains { $0.split { !$0.isLetter && $0 != "_" }.contains { $0 == function } })
  }

  @Test(arguments: [
    "PAGE_READONLY", "PAGE_READWRITE", "PAGE_WRITECOPY", "SEC_COMMIT", "SEC_RESERVE",
    "FILE_MAP_READ", "FILE_MAP_WRITE", "FILE_MAP_COPY", "FILE_MAP_ALL_ACCESS",
    "INVALID_HANDLE_VALUE", "0xFFFFFFFF", "FILE_FLAG_SEQUENTIAL_SCAN", "FILE_FLAG_RANDOM_ACCESS",
    "FILE_FLAG_WRITE_THROUGH",
    "bInheritHandle", "Local\\", "Global\\", "WAIT_OBJECT_0", "WAIT_TIMEOUT", "WAIT_ABANDONED",
    "INFINITE",
  ]) func everyFlagHasARow(_ flag: String) throws {
    #expect(try Article().rows.contains(flag))
  }

  @Test(arguments: [
    ("ERROR_FILE_NOT_FOUND", 2), ("ERROR_PATH_NOT_FOUND", 3), ("ERROR_ACCESS_DENIED", 5),
    ("ERROR_INVALID_HANDLE", 6), ("ERROR_NOT_ENOUGH_MEMORY", 8), ("ERROR_INVALID_PARAMETER", 87),
    ("ERROR_INVALID_NAME", 123), ("ERROR_ALREADY_EXISTS", 183), ("ERROR_INVALID_ADDRESS", 487),
    ("ERROR_FILE_INVALID", 1006), ("ERROR_MAPPED_ALIGNMENT", 1132),
    ("ERROR_USER_MAPPED_FILE", 1224), ("ERROR_COMMITMENT_LIMIT", 1455),
  ]) func everyErrorHasARowWithItsNumber(_ error: (name: String, number: Int)) throws {
    #expect(try Article().text.contains("\n| `\(error.name)` (\(error.number)) | "))
  }
}

private struct Article {
  let text: String
  let snippets: [FencedBlock]

  init() throws {
    let page = FilePath(packageRoot).appending(
      "Sources/FileMapping/FileMapping.docc/FromCreateFileMapping.md")
    text = try String(contentsOfFile: page.string, encoding: .utf8)
    snippets = try FencedBlock.all(in: page).filter { $0.language == "swift" }
  }

  /// What stands as code in the first column of the tables.
  var rows: [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      String(row.dropFirst(3).prefix { $0 != "`" })
    }
  }

  /// A program that runs the snippet whose number is its first argument in the directory that is its
  /// second.
  static func package(of snippets: [FencedBlock]) -> [String: String] {
    var files = [
      "Package.swift": """
      // swift-tools-version: 6.2
      import PackageDescription

      let package = Package(
        name: "snippets",
        platforms: [.macOS(.v26)],
        dependencies: [
          .package(name: "mmscan", path: "../mmscan"),
          .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        ],
        targets: [
          .executableTarget(
            name: "snippets",
            dependencies: [
              .product(name: "FileMapping", package: "mmscan"),
              .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error)])
        ]
      )

      """,
      "Sources/snippets/main.swift": """
      import SystemPackage
      #if canImport(Glibc)
        @preconcurrency import Glibc
      #elseif canImport(Darwin)
        @preconcurrency import Darwin
      #endif

      // What is printed is read by a test that waits for it.
      setvbuf(stdout, nil, _IOLBF, 0)
      let snippets: [(FilePath) throws -> Void] = [
        \(snippets.indices.map { "snippet\($0)" }.joined(separator: ", "))
      ]
      try snippets[Int(CommandLine.arguments[1])!](FilePath(CommandLine.arguments[2]))

      """,
    ]
    for (index, snippet) in snippets.enumerated() {
      files["Sources/snippets/Snippet\(index).swift"] = """
        import FileMapping
        import SystemPackage

        func snippet\(index)(directory: FilePath) throws {
        \(snippet.content)}

        """
    }
    return files
  }
}
