import Foundation
import SystemPackage
import TestSupport
import Testing

/// Compiles and runs the package that `Documentation/writing-an-analyzer.md` shows, as somebody
/// outside this package would.
@Suite struct WritingAnAnalyzerTests {
  @Test(
    .enabled(if: OutsidePackage.isWanted, "takes minutes: Scripts/check-guides has it run"),
    .enabled(if: Program.isInstalled("swift"), "swift is not in PATH, so no package can be built"),
    .disabled(if: isSanitized, "builds a package without sanitizers"),
    .timeLimit(.minutes(30)))
  func theGuidesPackageBuildsObeysTheLawAndAnswersRight() async throws {
    let guide = try Guide(repository.appending("Documentation/writing-an-analyzer.md"))
    try #require(guide.files.count == 4 && guide.consoles.count == 1)
    let manifest = try #require(guide.files["Package.swift"])
    #expect(manifest.split(separator: "\"../mmscan\"").count == 2)

    let package = try OutsidePackage(guide.files, at: "outside/run-lengths")
    let built = try await package.swift("test -c release")
    let log = (built.text + built.errorText).split(separator: "\n")
    try #require(built.status == 0, "\(log.suffix(60).joined(separator: "\n"))")
    // A test run without tests would be a success too.
    #expect(log.contains { $0.contains("Test run with 1 test in 1 suite passed") })

    let directory = try TemporaryDirectory()
    let sample = repository.appending("SampleData/server.log")
    let inputs = [
      sample, repository.appending("SampleData/firmware.bin"),
      try directory.file(LongLog(of: bytes(of: sample)).bytes),
      try directory.file([], named: "empty"),
    ]
    let answered = try Program.shell(
      "exec ../build/release/longest-run \"$@\"", inputs.map(\.string), in: package.directory.string
    )
    #expect(answered.status == 0 && answered.errors.isEmpty, "\(answered.errorText)")
    let expected = try inputs.map { try NaiveAnswer(bytes(of: $0)).description }
    #expect(answered.text == expected.joined())
    #expect(
      guide.consoles[0]
        == "$ swift run -c release longest-run ../mmscan/SampleData/server.log\n" + expected[0])
  }
}

/// The files and console sessions that a page of Markdown shows.
private struct Guide {
  /// Contents by path: fenced blocks right below a line that is a path in bold code.
  private(set) var files: [String: String] = [:]
  /// Contents of the blocks marked `console`.
  private(set) var consoles: [String] = []

  init(_ page: FilePath) throws {
    for block in try FencedBlock.all(in: page) {
      if let title = block.caption, title.hasPrefix("**`"), title.hasSuffix("`**") {
        files[String(title.dropFirst(3).dropLast(3))] = block.content
      }
      if block.language == "console" { consoles.append(block.content) }
    }
  }
}

/// A log of several windows of 16 MiB, with a run of equal bytes across the first boundary, and a
/// second one of the same length across the next, which is not the first.
private struct LongLog {
  let bytes: [UInt8]

  init(of sample: [UInt8]) {
    var bytes: [UInt8] = []
    while bytes.count < 40 << 20 { bytes += sample }
    for boundary in [16 << 20, 32 << 20] {
      for offset in boundary - 2000..<boundary + 1000 { bytes[offset] = UInt8(ascii: "=") }
    }
    self.bytes = bytes
  }
}

/// What the guide's program has to print, computed the simplest way.
private struct NaiveAnswer: CustomStringConvertible {
  private var newlines = 0
  private var errorLines = 0
  private var longest = (byte: UInt8(0), offset: 0, byteCount: 0)

  init(_ bytes: [UInt8]) {
    let word = Array("ERROR".utf8)
    var lineHasError = false
    var run = longest
    for (offset, byte) in bytes.enumerated() {
      run = byte == run.byte ? (byte, run.offset, run.byteCount + 1) : (byte, offset, 1)
      if run.byteCount > longest.byteCount { longest = run }
      if byte == word[0], bytes[offset...].starts(with: word) { lineHasError = true }
      if byte == UInt8(ascii: "\n") || offset == bytes.count - 1 {
        errorLines += lineHasError ? 1 : 0
        lineHasError = false
      }
      newlines += byte == UInt8(ascii: "\n") ? 1 : 0
    }
  }

  var description: String {
    """
    lines        \(newlines)
    ERROR        in \(errorLines) lines
    longest run  \(longest.byteCount) bytes of value \(longest.byte) at offset \(longest.offset)

    """
  }
}

/// The top of this repository.
private let repository = FilePath(packageRoot)

private func bytes(of file: FilePath) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: file.string)))
}
