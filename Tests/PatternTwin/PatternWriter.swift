public import PatternSearch
public import TestSupport

/// Writes random patterns over a small alphabet, and texts in which they often match.
public struct PatternWriter {
  public var generator: SeededGenerator
  /// What the patterns and texts of the moment are made of.
  private var style = Style.plain

  private enum Style: CaseIterable {
    case plain, bytes, words, unicode
  }

  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  public mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  public mutating func oneIn(_ count: Int) -> Bool { number(1...count) == 1 }

  private mutating func pick<T>(_ choices: [T]) -> T { choices.randomElement(using: &generator)! }

  // MARK: Patterns

  /// One to six patterns.
  public mutating func patterns(spansLines: Bool) -> [Pattern] {
    style = pick(Style.allCases)
    let kind = number(0...3)
    return (0..<pick([1, 1, 1, 2, 2, 3, 4, 6])).map { _ in
      pattern(isLiteral: kind == 0 || kind == 1 && oneIn(2), spansLines: spansLines)
    }
  }

  private mutating func pattern(isLiteral: Bool, spansLines: Bool) -> Pattern {
    if style == .bytes, spansLines, oneIn(4), let pattern = hex() { return pattern }
    var pattern =
      if isLiteral {
        Pattern(literal(spansLines: spansLines), kind: .literal)
      } else {
        Pattern(choice(depth: 0, spansLines: spansLines))
      }
    pattern.ignoresCase = oneIn(4)
    pattern.matchesWords = oneIn(6)
    pattern.matchesLines = oneIn(8)
    pattern.isUnicode = style == .unicode ? !oneIn(8) : oneIn(30)
    return pattern
  }

  private mutating func hex() -> Pattern? {
    let bytes = (0..<number(1...3)).map { _ in pick(["61", "6?", "?1", "0A", "0d", "C3", "??"]) }
    return try? Pattern.hex(Array(bytes.joined(separator: " ").utf8))
  }

  private mutating func literal(spansLines: Bool) -> [UInt8] {
    (0..<pick([0, 1, 1, 2, 2, 3, 4])).flatMap { _ in piece(spansLines: spansLines) }
  }

  private mutating func piece(spansLines: Bool) -> [UInt8] {
    while true {
      let piece = pick(pieces)
      if spansLines || !piece.contains(10) { return piece }
    }
  }

  private mutating func choice(depth: Int, spansLines: Bool) -> String {
    let branches = oneIn(6) ? 2 : 1
    return (0..<branches).map { _ in
      (0..<number(depth == 0 ? 1...4 : 1...3)).map { _ in item(depth, spansLines) }.joined()
    }.joined(separator: "|")
  }

  private mutating func item(_ depth: Int, _ spansLines: Bool) -> String {
    switch number(0...23) {
    case 0, 1: return pick(["^", "$", "\\b", "\\B", "^", "$"])
    case 2 where depth < 3, 3 where depth < 3:
      return pick(["(", "(?:", "(?<n>"]) + choice(depth: depth + 1, spansLines: spansLines) + ")"
        + quantifier()
    case 4 where depth < 3:
      return pick(["(?=", "(?!", "(?>", "(?i:", "(?<=a", "(?<!b", "(?|", "(?s:", "(?m:", "(?x: "])
        + choice(depth: depth + 1, spansLines: spansLines) + ")"
        + (oneIn(4) ? quantifier() : "")
    case 5, 6: return pick(PatternWriter.oddities)
    case 7 where spansLines: return pick(["\\n", "\\r?\\n", "\\R", "[\\s\\S]", "\\s+"])
    default: return atom() + quantifier()
    }
  }

  private static let oddities = [
    "(?<=a)", "(?<!a)", "(?<=ab|c)", "(?<=^a)", "(?<!\\bb)", "\\K", "(a|b)\\1", "(?<=(?<=a)b)",
    "\\A", "\\z", "\\Z", "(?i)", "(?s).", "(?m)^", "(?m)$", "[^\\x0b]", "\\R", "\\N", "\\h", "\\v",
    "\\H", "\\V", "(*PRUNE)", "(*SKIP)", "a(*ACCEPT)b", "(*F)", "(*THEN)", "(a)?(?(1)b|c)",
    "(a|b(?1)c)", "(?R)?", "(?:a|(?2)?(b))", "(a)(?-1)", "(?(?=a)ab|b)", "\\Qa.\\E", "\\Q", "\\E",
    "[]a]", "[^]a]", "[a-]", "[[:^alpha:]]", "[[:punct:]]", "[[:word:]]", "[\\w-b]", "\\101",
    "\\60", "\\x{62}", "\\x", "\\x1", "\\pL", "\\p{Lu}", "\\P{L}", "\\X", "\\C", "(?#x)",
    "\\o{141}",
    "(?C1)", "(?<m>b)\\k<m>", "(a)\\g1", "(?=a(b)?)", "(a(?=b))+", "(?:a|ab)(?=c|$)", "(?!^)",
    "(?=.*b)", "(?<=\\n)", "(?<=[^a])", "(?<![\\s\\S])", "(?![\\s\\S])", "\\e", "\\t", "\\cJ",
    "\\0",
    "(a*)*", "(a*)+", "(|a)+", "(?:)", "()", "(a|)", "[\\b]", "\\12", "x?", "(?^:A)", "(?U)a+",
  ]

  private mutating func atom() -> String {
    switch style {
    case .unicode where oneIn(2):
      return pick([
        "é", "É", "ß", "ſ", "K", "ä", "[é-ü]", "[^é]", "😀", "\\x{e9}", "[\\x{80}-\\x{10ffff}]", "k",
        "s", "[^a]", "\\w", "\\W", ".", "\\d", "\\s", "\\S", "[[:alpha:]]", "\\p{Lu}", "[^\\W]",
        "σ",
        "[kK]", "ǅ", "\\p{Greek}", "\u{301}", "\\X",
      ])
    case .bytes where oneIn(2):
      return pick([
        "\\x00", "\\xff", "\\x80", "[\\x80-\\xff]", "[^\\x00]", "\\xc3\\xa9", "é", "\\r", "[\\r]",
        "[^\\r]", "\\x85", "\\xa0", "[\\x00-\\x1f]", "\\h", "\\v", "\\s", "\\S",
      ])
    default:
      return pick([
        "a", "b", "c", "ab", " ", "A", ".", "[ab]", "[^a]", "[^ab]", "\\w", "\\W", "\\s", "\\S",
        "\\d", "\\D", "[\\sa]", "[^\\s]", "[a-c]", "\\x61", "[[:alpha:]]", "[^\\W]", "\\t", "[ -b]",
        "[\\t-b]", "abc", "bca", "1", "_", ".*", "a+", "[[:space:]]", "[[:upper:]]", "\\.", "xyz",
      ])
    }
  }

  private mutating func quantifier() -> String {
    pick([
      "", "", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "??", "*+", "++", "?+",
      "{0,2}", "{0}", "{1,2}?", "{2,}+", "{,2}",
    ])
  }

  // MARK: Texts

  /// A text in the style of the patterns that were written last.
  ///
  /// - Parameter isCRLF: Whether returns before newlines shall be frequent.
  public mutating func text(isCRLF: Bool) -> [UInt8] {
    var text: [UInt8] = []
    let count = pick([1, 2, 5, 10, 20, 40, 80])
    let ending: [UInt8] = isCRLF ? [13, 10] : [10]
    let density = number(3...14)
    for _ in 0..<count { text += oneIn(density) ? ending : pick(pieces) }
    if oneIn(60) {
      // Longer than what PCRE2 is given in one go.
      let unit = text
      while text.count < 5000 { text += unit }
    }
    // The candidate finder looks only where bytes follow.
    if !oneIn(3) { text += ending + [UInt8](repeating: 45, count: 70) }
    return text
  }

  private var pieces: [[UInt8]] {
    switch style {
    case .plain: ["a", "a", "b", "c", "ab", "abc", "\n"].map { Array($0.utf8) }
    case .words:
      ["a", "b", "A", "B", " ", "_", "1", "ab", "x", "\n", "\t", ".", "aB"].map { Array($0.utf8) }
    case .bytes:
      [
        [0], [255], [128], [0xC3], [0xC3, 0xA9], [13], [13, 10], [10], [0x85], [0xA0], [97], [98],
        [97], [32], [11], [12], [97, 98], [0xE2, 0x80, 0xA8], [9],
      ]
    case .unicode:
      [
        "é", "É", "ß", "ſ", "K", "k", "s", "S", "ä", "\u{2028}", "\u{85}", "😀", "a", "b", "a", " ",
        "σ", "ς", "ǅ", "e\u{301}", "\u{A0}", "١", "\n", "\r",
      ].map { Array($0.utf8) } + [
        [0xC3], [0xA9], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
      ]
    }
  }
}
