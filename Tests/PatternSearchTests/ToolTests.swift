import PatternSearch
import ScanEngine
import TestSupport
import Testing

/// What a tool prints when it reads `input`.
private func output(of tool: String, _ arguments: [String], _ input: [UInt8]) throws -> String {
  let program = try Program.shell(
    "\"$@\" -", [tool] + arguments, input: input, environment: ["LC_ALL": "C"])
  try #require((program.status ?? 2) < 2, "\(tool) \(arguments): \(program.errorText)")
  return program.text
}

private let hasGrep = Program.succeeds("echo x | grep -qP x")
private let hasRipgrep = Program.isInstalled("rg")

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

  @Test(
    .enabled(if: hasGrep, "needs grep -P"), arguments: expressions, ["", "i", "w", "iw"])
  func countsLinesAsGrep(text: String, options: String) throws {
    // grep's own rule for an empty match with -w differs between its engines.
    if options.contains("w"), ["", "a*", "x*", "^$"].contains(text) { return }
    let pattern = Pattern(
      text, ignoresCase: options.contains("i"), matchesWords: options.contains("w"))
    let flags = ["-a", "-c", "-P"] + options.map { "-\($0)" } + ["-e", text]
    let printed = try output(of: "grep", flags, ToolTests.input)
    #expect(printed == "\(try found(pattern).lines)\n")
  }

  @Test(
    .enabled(if: hasGrep, "needs grep"),
    arguments: ["ab", "a", "b1", "_a", "A", "a-b"], ["", "i", "w", "iw"])
  func findsLiteralsAsGrep(text: String, options: String) throws {
    let pattern = Pattern(
      text, kind: .literal, ignoresCase: options.contains("i"),
      matchesWords: options.contains("w"))
    let flags = ["-a", "-F", "-o", "-b"] + options.map { "-\($0)" } + ["-e", text]
    let printed = try output(of: "grep", flags, ToolTests.input)
    let set = try PatternSet([pattern])
    let found = try whole(LineSearch(set, shownLimit: Int.max), ToolTests.input)[0]
    let lines = found.shown.map { "\($0.offset):\(String(decoding: $0.bytes, as: UTF8.self))\n" }
    #expect(printed == lines.joined())
  }

  @Test(.enabled(if: hasRipgrep, "needs rg"), arguments: expressions, ["", "i"])
  func countsMatchesAsRipgrep(text: String, options: String) throws {
    let pattern = Pattern(text, ignoresCase: options.contains("i"))
    let flags =
      ["-a", "--no-unicode", "--count-matches"] + options.map { "-\($0)" } + ["-e", text]
    let printed = try output(of: "rg", flags, ToolTests.input)
    let count = try found(pattern).matches
    #expect(printed == (count == 0 ? "" : "\(count)\n"))
  }
}
