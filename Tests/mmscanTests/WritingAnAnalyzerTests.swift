import Foundation
import SystemPackage
import TestSupport
import Testing

/// Compiles and runs the package that `Documentation/writing-an-analyzer.md` shows, as somebody
/// outside this package would.
@Suite struct WritingAnAnalyzerTests {
  @Test(
    .enabled(if: Program.isInstalled("swift"), "swift is not in PATH, so no package can be built"),
    .timeLimit(.minutes(30)))
  func theGuidesPackageBuildsObeysTheLawAndAnswersRight() async throws {
    let guide = try Guide(repository.appending("Documentation/writing-an-analyzer.md"))
    try #require(guide.files.count == 4 && guide.consoles.count == 1)

    // Not in the temporary directory: what was built is kept, since most of the time goes into
    // libraries that do not change from run to run.
    let kept = repository.appending(".build").appending("writing-an-analyzer")
    let package = kept.appending("run-lengths")
    try guide.write(to: package)
    // Packages outside build without what this one's scripts ask for.
    let built = try await runAside(
      "unset MMSCAN_WARNINGS_AS_ERRORS; timeout 1500 swift test -c release --scratch-path ../build",
      in: package)
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
      "exec ../build/release/longest-run \"$@\"", inputs.map(\.string), in: package.string)
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
    var title: String?
    var block: (language: Substring, lines: [Substring])?
    let text = String(decoding: try bytes(of: page), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let (language, lines) = block {
        guard line == "```" else {
          block = (language, lines + [line])
          continue
        }
        let content = lines.map { $0 + "\n" }.joined()
        if let path = title { files[path] = content }
        if language == "console" { consoles.append(content) }
        (block, title) = (nil, nil)
      } else if line.hasPrefix("```") {
        block = (line.dropFirst(3), [])
      } else if line.hasPrefix("**`"), line.hasSuffix("`**") {
        title = String(line.dropFirst(3).dropLast(3))
      } else if !line.isEmpty {
        title = nil
      }
    }
  }

  /// Puts the files into a directory, and with them the versions of the packages that this one was
  /// built with, so that nothing is fetched. Leaves the directory alone if it has all that already:
  /// then nothing is compiled again.
  func write(to directory: FilePath) throws {
    var wanted = files
    let manifest = try #require(files["Package.swift"])
    let parts = manifest.split(separator: "\"../mmscan\"", omittingEmptySubsequences: false)
    try #require(parts.count == 2, "the manifest names this package's directory once")
    wanted["Package.swift"] = parts[0] + "\"\(repository)\"" + parts[1]

    let present = FileManager.default.enumerator(atPath: directory.string)
    let sources = (present?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
    let isCurrent = try wanted.allSatisfy { path, content in
      try sources.contains(path) && bytes(of: directory.appending(path)) == Array(content.utf8)
    }
    if isCurrent, sources.count == wanted.count { return }

    try? FileManager.default.removeItem(atPath: directory.string)
    for (path, content) in wanted {
      let file = directory.appending(path)
      try FileManager.default.createDirectory(
        atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
      try Data(content.utf8).write(to: URL(fileURLWithPath: file.string))
    }
    let versions = "Package.resolved"
    if FileManager.default.fileExists(atPath: repository.appending(versions).string) {
      try FileManager.default.copyItem(
        atPath: repository.appending(versions).string,
        toPath: directory.appending(versions).string)
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

/// Runs a shell command line away from the few threads that tests share, since it takes minutes.
private func runAside(_ script: String, in directory: FilePath) async throws -> Program {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async {
      continuation.resume(
        with: Result { try Program.shell(script, in: directory.string) })
    }
  }
}
