import PatternSearch
import ScanEngine
import TestSupport
import Testing

@Suite struct BacktrackingTests {
  @Test(arguments: [
    ("foo", 0), (".*.*.*=.*", 3), ("a.*b", 1), ("a.*b.*", 1), ("a.*b.*c", 2),
    (".*a.*b.*c", 3), ("\\w+\\s+foo", 0),
    ("\\w+\\w+foo", 2), ("[a-z]+[A-Z]", 1), ("(?:a.*b|c.*d.*e)f", 2), ("(x+x+)+y", 2),
    ("a{0,9}a", 0), ("a{0,99}a", 1), ("(?:.*;)*x", 1), ("a.*\\b", 1), ("a+(b|c)", 1),
  ])
  func repeatsThatMayHaveAnyLengthAreCounted(_ row: (expression: String, degree: Int)) {
    #expect(Backtracking(Array(row.expression.utf8)).degree == row.degree)
  }

  @Test func whatFollowsEveryMatchCounts() {
    #expect(Backtracking(Array("a.*b.*".utf8), isLast: false).degree == 2)
  }

  @Test func unreadExpressionsAreCountedByTheirMarks() {
    #expect(Backtracking(Array("(?=.*a)(x+)*\\1{2}".utf8)).degree == 3)
  }

  /// Machine code alone would go on for hours.
  @Test(arguments: ["a.*b.*c.*d.*[ef]x", "(?=.*a.*b.*[qx]y)a", "([a-d]+) .*\\1 .*\\1 .*[ef]y"])
  func attemptsThatTakeLongAreGivenUp(expression: String) throws {
    let text = [UInt8]("\(String(repeating: "abcd ", count: 100_000))x".utf8)
    var form = SearchForm()
    // Others know that the line holds nothing.
    form.finder = .pcre2
    let set = try PatternSet([Pattern(expression)], form: form)
    let search = LineSearch(set)
    #expect(throws: AnalysisError.self) {
      try feed(search, text, window: 0..<text.count, cuts: []).finalize()
    }
  }
}
