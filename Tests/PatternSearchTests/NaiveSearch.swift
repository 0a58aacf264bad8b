import PatternSearch
import PatternTwin

/// The naive twin of `LineSearch` for one pattern: split, search each line alone, add up.
///
/// - Returns: nil if the pattern does not compile or PCRE2 gives up.
func naiveSearch(
  _ pattern: Pattern, _ input: [UInt8], shownLimit: Int, id: Int = 0
) -> PatternMatches? {
  var expected = PatternMatches(id: id)
  let truth = pattern.kind == .regex ? LineTruth(pattern) : nil
  if pattern.kind == .regex, truth == nil { return nil }
  var lines = input.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
  // A trailing newline ends the last line; it does not begin another one.
  if lines.last == [] { lines.removeLast() }
  var offset = 0
  for (index, line) in lines.enumerated() {
    let matches: [Range<Int>]
    if let truth {
      guard let found = truth.matches(in: line) else { return nil }
      matches = found
    } else {
      matches = naiveLiteral(pattern, line)
    }
    if !matches.isEmpty { expected.lines += 1 }
    expected.matches += UInt64(matches.count)
    for match in matches where expected.shown.count < shownLimit {
      expected.shown.append(shown(match, in: line, offset: offset, number: UInt64(index + 1)))
    }
    offset += line.count + 1
  }
  return expected
}

/// Occurrences that do not overlap, from the left, each bounded as a word if that is asked for.
func naiveLiteral(_ pattern: Pattern, _ line: [UInt8]) -> [Range<Int>] {
  func fold(_ byte: UInt8) -> UInt8 {
    pattern.ignoresCase && byte >= 65 && byte <= 90 ? byte + 32 : byte
  }
  func isWord(_ index: Int) -> Bool {
    guard line.indices.contains(index) else { return false }
    return line[index] == 95
      || (line[index] < 128 && Character(Unicode.Scalar(line[index])).isLetter)
      || (48...57).contains(line[index])
  }
  let needle = pattern.bytes.map(fold)
  var found: [Range<Int>] = []
  var start = 0
  while start + needle.count <= line.count {
    let end = start + needle.count
    let isMatch =
      line[start..<end].map(fold) == needle
      && !(pattern.matchesWords && (isWord(start - 1) || isWord(end)))
    if isMatch { found.append(start..<end) }
    start = isMatch ? end : start + 1
  }
  return found
}

/// Writes random regular expressions over a small alphabet, so that they often match.
struct RandomRegex<Generator: RandomNumberGenerator> {
  var generator: Generator
  /// Whether to use what only PCRE2 can do: lookaround, back references, `\K`.
  var usesEverything: Bool

  mutating func next() -> String { choice(depth: 0) }

  private mutating func pick(_ texts: [String]) -> String {
    texts.randomElement(using: &generator)!
  }

  private mutating func choice(depth: Int) -> String {
    let branches = Int.random(in: 0..<6, using: &generator) == 0 ? 2 : 1
    return (0..<branches).map { _ in sequence(depth: depth) }.joined(separator: "|")
  }

  private mutating func sequence(depth: Int) -> String {
    (0..<Int.random(in: 1...4, using: &generator)).map { _ in item(depth: depth) }.joined()
  }

  private mutating func item(depth: Int) -> String {
    switch Int.random(in: 0..<20, using: &generator) {
    case 0: return pick(["^", "$", "\\b", "\\B"])
    case 1 where depth < 2,
      2 where depth < 2:
      return pick(["(", "(?:"]) + choice(depth: depth + 1) + ")" + quantifier()
    case 3 where usesEverything && depth < 2:
      return pick(["(?=", "(?!", "(?>"]) + choice(depth: depth + 1) + ")"
    case 4 where usesEverything:
      return pick([
        "(?<=a)", "(?<!a)", "(?<=ab|c)", "(?<=^a)", "(?<!\\bb)", "\\K", "(a|b)\\1", "(?<=(?<=a)b)",
        "\\A", "\\z", "\\Z", "(?i)", "(?s).", "(?m)^", "(?m)$", "[^\\x0b]", "\\R", "\\N", "\\h",
        "(*PRUNE)",
        "(*SKIP)", "a(*ACCEPT)b",
      ])
    default:
      let atom = pick([
        "a", "b", "c", "ab", " ", "A", ".", "[ab]", "[^a]", "[^ab]", "\\w", "\\W", "\\s", "\\S",
        "\\d",
        "[\\sa]", "[^\\s]", "[a-c]", "\\x61", "[[:alpha:]]", "[^\\W]", "\\t", "[ -b]", "[\\t-b]",
      ])
      return atom + quantifier()
    }
  }

  private mutating func quantifier() -> String {
    pick(["", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "??", "*+", "++"])
  }
}
