import PatternSearch
import TestSupport
import Testing

@Suite struct PatternSetTests {
  @Test(arguments: [
    ("a(b", PatternError.Situation.malformed, 3), ("[a", .malformed, 2), ("a**b", .malformed, 2),
    ("a\\nb", .containsNewline, 1), ("a\nb", .containsNewline, 1), ("\\Ga", .unsupported, 0),
    ("a(*COMMIT)b", .unsupported, 1), ("(*UTF)a", .malformed, 6),
  ])
  func refuses(text: String, situation: PatternError.Situation, position: Int) {
    #expect {
      try PatternSet([Pattern("fine"), Pattern(text)])
    } throws: {
      let error = $0 as? PatternError
      return error?.situation == situation && error?.pattern == 1 && error?.position == position
        && error?.reason.isEmpty == false && error?.remedy.isEmpty == false
    }
  }

  @Test(arguments: ["[^\\n]", "[\\n,]", "\\Q\\G\\n\\E", "\\\\n", "[]\\n]"])
  func takesWhatOnlyLooksLikeANewline(text: String) throws {
    _ = try PatternSet([Pattern(text)])
  }

  @Test func refusesANewlineInALiteral() {
    #expect(throws: PatternError.self) { try PatternSet([Pattern("a\nb", kind: .literal)]) }
  }

  /// More pairs of lines and patterns than are held at one time.
  @Test(arguments: [false, true], SearchForm.Finder.allCases)
  func countsLinesThatManyPatternsMatch(isByPattern: Bool, finder: SearchForm.Finder) throws {
    let patterns = (0..<300).map { Pattern("(?:a{0,\($0 % 7)}b|q\($0)[xy])") }
    var form = SearchForm()
    form.finder = finder
    guard let set = try? PatternSet(patterns, form: form) else { return }
    var options = LineSearch.Options()
    (options.isByPattern, options.countsMatches) = (isByPattern, false)
    options.listing = .lines
    let text = Array(repeating: Array("ab\n-\n".utf8), count: 1500).flatMap { $0 }
    var search = try feed(LineSearch(set, options: options), text, window: 0..<text.count)
    let blocks = search.takeListing().flatMap(\.blocks)
    #expect(blocks.count == (isByPattern ? 300 * 1500 : 1500))
    #expect(try search.finalize().allSatisfy { $0.lines == 1500 })
  }

  @Test func refusesNothingAndTooMuch() {
    func situation(_ patterns: [Pattern]) -> PatternError.Situation? {
      do {
        _ = try PatternSet(patterns)
        return nil
      } catch {
        return error.situation
      }
    }
    #expect(situation([]) == .noPattern)
    #expect(situation([Pattern([UInt8](repeating: 97, count: 4097))]) == .tooLarge)
    #expect(situation((0...1000).map { Pattern("a\($0)+") }) == .tooLarge)
  }

  @Test func saysWhereAndHowToMend() {
    #expect {
      try PatternSet([Pattern("a(b")])
    } throws: {
      "\($0)"
        == "pattern 1, byte 4: missing closing parenthesis; correct it, or search for it as a literal"
    }
  }

  @Test(arguments: [
    ("5.4.0 2021-01-26", true), ("5.4.2 2023-04-19", true), ("5.4.9 2023-03-22", false),
    ("5.4.11 2024", false), ("5.3.0 2020", false), ("", false),
  ])
  func trustsOnlyKnownVersionsOfTheFinder(version: String, isTrusted: Bool) {
    #expect(HyperscanFinder.isTrusted(version: version) == isTrusted)
  }
}
