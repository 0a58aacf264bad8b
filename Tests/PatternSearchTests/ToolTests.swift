import Foundation
import PatternSearch
import ScanEngine
import TestSupport
import Testing

/// What a tool prints when it reads `input`; nil if it is not installed.
private func output(of tool: String, _ arguments: [String], _ input: [UInt8]) throws -> String? {
  let path = "/usr/bin/\(tool)"
  guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
  let file = FileManager.default.temporaryDirectory.appending(path: "mmscan-\(UUID().uuidString)")
  try Data(input).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  let process = Process()
  process.executableURL = URL(filePath: path)
  process.arguments = arguments + [file.path]
  var environment = ProcessInfo.processInfo.environment
  environment["LC_ALL"] = "C"
  process.environment = environment
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let printed = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus < 2 else { return nil }
  return String(decoding: printed, as: UTF8.self)
}

@Suite struct ToolTests {
  /// Words on lines that end in newlines, some of them empty.
  static let input =
    randomBytes(
      20_000, seed: 77, alphabet: Array("aabbc_AB-   12\n\n".utf8)) + [10]

  static let expressions = [
    "ab", "a+", "[a-c]+[0-9]", "^a", "b$", "^$", "\\bab\\b", "a|bb|c1", "[^a]b", "A.*1", "(ab)+",
    "\\s", "\\w+", "a{2,3}", ".", "a*", "x*", "",
  ]

  func found(_ pattern: Pattern) throws -> PatternMatches {
    try whole(LineSearch(try PatternSet([pattern])), ToolTests.input)[0]
  }

  @Test(arguments: expressions, ["", "i", "w", "iw"])
  func countsLinesAsGrep(text: String, options: String) throws {
    // grep's own rule for an empty match with -w differs between its engines.
    if options.contains("w"), ["", "a*", "x*", "^$"].contains(text) { return }
    let pattern = Pattern(
      text, ignoresCase: options.contains("i"), matchesWords: options.contains("w"))
    let flags = ["-a", "-c", "-P"] + options.map { "-\($0)" } + ["-e", text]
    guard let printed = try output(of: "grep", flags, ToolTests.input) else { return }
    #expect(printed == "\(try found(pattern).lines)\n")
  }

  @Test(arguments: ["ab", "a", "b1", "_a", "A", "a-b"], ["", "i", "w", "iw"])
  func findsLiteralsAsGrep(text: String, options: String) throws {
    let pattern = Pattern(
      text, kind: .literal, ignoresCase: options.contains("i"),
      matchesWords: options.contains("w"))
    let flags = ["-a", "-F", "-o", "-b"] + options.map { "-\($0)" } + ["-e", text]
    guard let printed = try output(of: "grep", flags, ToolTests.input) else { return }
    let set = try PatternSet([pattern])
    let found = try whole(LineSearch(set, shownLimit: Int.max), ToolTests.input)[0]
    let lines = found.shown.map { "\($0.offset):\(String(decoding: $0.bytes, as: UTF8.self))\n" }
    #expect(printed == lines.joined())
  }

  @Test(arguments: expressions, ["", "i"])
  func countsMatchesAsRipgrep(text: String, options: String) throws {
    let pattern = Pattern(text, ignoresCase: options.contains("i"))
    let flags =
      ["-a", "--no-unicode", "--count-matches"] + options.map { "-\($0)" } + ["-e", text]
    guard let printed = try output(of: "rg", flags, ToolTests.input) else { return }
    let count = try found(pattern).matches
    #expect(printed == (count == 0 ? "" : "\(count)\n"))
  }
}
