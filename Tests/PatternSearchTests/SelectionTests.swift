import PatternSearch
import PatternTwin
import ScanEngine
import TestSupport
import Testing

/// What lines are selected and listed does not depend on how the input is cut, and is what the naive
/// twin says.
@Suite struct SelectionTests {
  /// Patterns, and texts of at most 64 bytes for them.
  struct Question: Sendable, CustomStringConvertible {
    var patterns: [Pattern]
    var texts: [[UInt8]]
    var isCRLF = false
    var description: String {
      patterns.map { quoted($0.bytes) }.joined(separator: " ") + (isCRLF ? " CRLF" : "")
    }

    init(_ patterns: [Pattern], _ texts: [String], isCRLF: Bool = false) {
      self.patterns = patterns
      self.texts = texts.map { Array($0.utf8) }
      self.isCRLF = isCRLF
    }
  }

  static func unicode(_ text: String, matchesLines: Bool = false) -> Pattern {
    var pattern = Pattern(text)
    pattern.isUnicode = true
    pattern.matchesLines = matchesLines
    return pattern
  }

  static func line(_ text: String, kind: Pattern.Kind = .regex) -> Pattern {
    var pattern = Pattern(text, kind: kind)
    pattern.matchesLines = true
    return pattern
  }

  static let questions: [Question] = [
    Question(
      [Pattern("ab"), Pattern("b c"), Pattern("abc")], ["ab cabc\nb\n\nabc b c\nab", "ab"]),
    // Matches that overlap each other across the ends of pieces.
    Question(
      [Pattern("abab"), Pattern("ba+"), Pattern("aab", kind: .literal), Pattern("a{2,}")],
      ["ababaababaaabab\nbaaab aab", "aababab"]),
    Question(
      ["ab", "abc", "abcd", "bcd", "d"].map { Pattern($0, kind: .literal) }, ["abcdabc\nbcd\nab d"]),
    Question([Pattern("a*"), Pattern("b"), Pattern("")], ["baaac\n\nab\n", "\n\n", "aa"]),
    Question(
      [Pattern("a", matchesWords: true), line("b+"), line("ab", kind: .literal)],
      [
        "a b\nbb\nab\naab\n a", "ab\nb",
      ]),
    Question([Pattern("(?<=a)b"), Pattern("(a|b)\\1"), Pattern("a(?!b)")], ["aabb\nabab\nb aa"]),
    Question(
      [Pattern("a$"), Pattern("b\\r", kind: .regex), line("ab"), Pattern("^$")],
      ["ab\r\na\r\r\n\r\nb\r", "a\nab\n\n", "\r\n", "\r"], isCRLF: true),
    Question(
      [Pattern("a\r", kind: .literal), Pattern("[^b]")], ["a\r\nba\ra\r\na\r"], isCRLF: true),
    Question([unicode("é"), unicode("[^a]"), unicode("\\w+")], ["é aé\nä\na", "éé"]),
    // An empty last branch, of which PCRE2's JIT loses matches.
    Question([Pattern("(a|)b*a"), Pattern("(?:a|)b*^")], ["a\nba\nab"]),
    // Empty matches of characters.
    Question([unicode("")], ["é\nſa"]),
    Question([Pattern("nothing")], ["ab\n\nabc", "a\n"]),
  ]

  static let invalid: [[UInt8]] = [
    [0xC3, 0xA9, 0xFF, 0x61, 0xC3, 10, 0xA9, 0xC3, 0xA9], [0xF0, 0x9F, 0x98, 0x61, 10, 0xFF],
    [0xE2, 0x82, 10, 0x80, 0x80, 0x80, 0x80, 0xC3, 0xA9, 0x41],
    [0xF0, 0x9F, 0x98, 0x80, 0x80, 0x62],
  ]

  func check(
    _ patterns: [Pattern], _ form: SearchForm, _ options: LineSearch.Options, _ text: [UInt8]
  ) throws {
    let set = try PatternSet(patterns, form: form)
    let twin = try #require(TwinSearch(patterns, form))
    let expected = twin.search(text, options)
    do {
      let takesAsItGoes = options.segmentByteCount == 1
      let note = Comment(rawValue: "\(Trial(patterns, form, options, text, Trial.Cut()))")
      if form.spansLines {
        let search = ListedSearch(
          SpanSearch(set, options: options), text, spansLines: true, takesAsItGoes: takesAsItGoes)
        #expect(try whole(search, text) == expected, note)
        #expect(throws: Never.self, note) { try checkEveryCut(search, text) }
      } else {
        let search = ListedSearch(
          LineSearch(set, options: options), text, isNumbered: options.numbersLines,
          takesAsItGoes: takesAsItGoes)
        #expect(try whole(search, text) == expected, note)
        #expect(throws: Never.self, note) { try checkEveryMerge(search, text) }
      }
    }
  }

  /// By pattern and not, inverted and not, numbered and not, with each listing.
  static let choices: [LineSearch.Options] = [false, true].flatMap { isByPattern in
    [false, true].flatMap { isInverted in
      [LineSearch.Options.Listing.nothing, .lines, .matches].map { listing in
        var options = LineSearch.Options()
        (options.isByPattern, options.isInverted) = (isByPattern, isInverted)
        (options.listing, options.numbersLines) = (listing, listing == .lines)
        return options
      }
    }
  }

  @Test(arguments: questions, choices)
  func obeysTheLaw(question: Question, options: LineSearch.Options) throws {
    var (form, options) = (SearchForm(), options)
    form.endsLinesWithCRLF = question.isCRLF
    for segment in [1, 1 << 20] {
      options.segmentByteCount = segment
      for text in question.texts { try check(question.patterns, form, options, text) }
    }
  }

  @Test(arguments: [
    "é", "[^a]", "\\w+", "", "^", "$", "[[:alpha:]]+", "a?", "(?<!\\w)", "\\X", ".",
  ])
  func obeysTheLawWhereBytesAreNoCharacters(text: String) throws {
    for var options in SelectionTests.choices {
      for segment in [1, 3, 1 << 20] {
        options.segmentByteCount = segment
        let patterns = [SelectionTests.unicode(text)]
        for input in SelectionTests.invalid { try check(patterns, SearchForm(), options, input) }
      }
    }
  }

  /// What is held of a long line is no text of its own.
  @Test(arguments: ["", "\\W*", "(?=a)?"], [1, 100, 1 << 20])
  func matchesNothingInAPieceWithoutCharacters(text: String, segment: Int) throws {
    let input = [[UInt8]](repeating: [0xED, 0xA0, 0x80], count: 300).flatMap { $0 }
    var options = LineSearch.Options()
    (options.listing, options.segmentByteCount) = (.matches, segment)
    var cut = Trial.Cut()
    (cut.windows, cut.stride) = ([15, 285, 321, 600], 3)
    for watches in [false, true] {
      var form = SearchForm()
      form.watchesEveryStep = watches
      let patterns = [SelectionTests.unicode(text)]
      let trial = Trial(patterns, form, options, input, cut)
      let found = trial.selection(of: try PatternSet(patterns, form: form))
      #expect(found == TwinSearch(patterns, form)?.search(input, options))
    }
  }

  @Test(arguments: [
    ["a\\nb"], ["^b", "a$"], ["[^a]+"], ["a\\s+b", "b\\s*a", "\\n"], ["", "\\n$"], ["(?s)a.*b"],
    ["\\R"],
  ])
  func spansLinesWhereverTilesEnd(texts: [String]) throws {
    for isCRLF in [false, true] {
      var form = SearchForm()
      (form.spansLines, form.endsLinesWithCRLF) = (true, isCRLF)
      for isByPattern in [false, true] {
        var options = LineSearch.Options()
        (options.isByPattern, options.listing) = (isByPattern, .matches)
        for segment in [1, 2, 5, 1 << 20] {
          options.segmentByteCount = segment
          for text in ["a\nb\r\na\n\nb", "\r\n", "ab\n", "a\r\n\r\nb\rb"] {
            try check(texts.map { Pattern($0) }, form, options, Array(text.utf8))
          }
        }
      }
    }
  }

  /// A search that may end early has found enough when it does.
  @Test(arguments: [UInt64(0), 1, 3, 100], [false, true])
  func aSettledSearchHasEnough(limit: UInt64, isByPattern: Bool) throws {
    let input = randomBytes(400, seed: 3, alphabet: Array("ab \n".utf8))
    let patterns = ["a", "bb", "a b"].map { Pattern($0) }
    let set = try PatternSet(patterns)
    var options = LineSearch.Options()
    (options.isByPattern, options.lineLimit) = (isByPattern, limit)
    let all = try #require(TwinSearch(patterns, SearchForm())?.search(input, options)).found
    for width in [1, 7, 64, 400] {
      var search = LineSearch(set, options: options)
      var start = 0
      while start < input.count, !search.isSettled {
        let end = min(input.count, start + width)
        let part = try feed(LineSearch(set, options: options), input, window: start..<end)
        search.merge(part)
        start = end
      }
      for (found, all) in zip(try search.finalize(), all) {
        #expect(found.lines >= min(limit, all.lines) && found.lines <= all.lines)
      }
    }
  }
}
