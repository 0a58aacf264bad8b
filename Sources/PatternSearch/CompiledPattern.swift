/// How one pattern is searched for. A class, since it is passed around for every line.
final class CompiledPattern: @unchecked Sendable {
  // SAFETY: what can change is set before the pattern is shared.
  enum Method: Sendable {
    case literal(LiteralFinder)
    /// Every byte of a set is a match. The table has 1 for its bytes.
    case bytes(table: [UInt8], isEveryByte: Bool)
    case regex(LineRegex, scan: RegexScan)
  }

  /// How the lines that a regular expression is run on are found.
  enum RegexScan: Sendable {
    /// The lines that hold a string without which there is no match.
    case literal(LiteralFinder)
    /// All of them at once: no match can hold a newline.
    case confined
    /// One after the other.
    case everyLine
  }

  let id: Int
  let ignoresCase: Bool
  let matchesWords: Bool
  let isUnicode: Bool
  /// Whether a newline and a return before it end a line together, in a text that has lines.
  let endsLinesWithCRLF: Bool
  let method: Method
  let candidateExpression: CandidateExpression?
  /// Bytes that a match has at the most; nil if that is not known.
  let greatestWidth: Int?
  /// Where to look first in a line that holds the string that every match holds.
  private(set) var lead: LiteralLead?
  /// Strings one of which is part of every match; none if no such are known.
  private(set) var requiredStrings: [[UInt8]] = []
  /// The whole pattern, if it can be decided without PCRE2 at one place.
  private(set) var ranges: ByteRangeSequence?
  /// What finds its candidates together with those of other patterns; nil if nothing does.
  var candidateFinder: (any CandidateFinder)?

  init(_ pattern: Pattern, id: Int, form: SearchForm) throws(PatternError) {
    self.id = id
    ignoresCase = pattern.ignoresCase
    matchesWords = pattern.matchesWords
    isUnicode = pattern.isUnicode
    endsLinesWithCRLF = form.spansLines && form.endsLinesWithCRLF
    if pattern.kind == .literal, !pattern.bytes.isEmpty {
      if !form.spansLines, let position = pattern.bytes.firstIndex(of: newline) {
        throw CompiledPattern.error(newlineFault(position), id)
      }
      if pattern.isPlain(pattern.bytes), form.finder != .pcre2 {
        method = .literal(LiteralFinder(pattern.bytes, ignoresCase: pattern.ignoresCase))
        candidateExpression = CandidateExpression(literal: pattern, pattern.bytes, id: id)
        greatestWidth = pattern.bytes.count
        requiredStrings = [pattern.bytes]
        return
      }
    }
    // A long literal is one all the same.
    let source = pattern.kind == .literal ? escaped(pattern.bytes) : pattern.bytes
    if pattern.kind == .regex, source.count > PatternSet.regexByteLimit {
      throw PatternError(
        situation: .tooLarge, pattern: id, position: nil,
        reason: "the regular expression has \(source.count) bytes",
        remedy: "use at most \(PatternSet.regexByteLimit), or search for a literal")
    }
    if pattern.kind == .regex {
      if let fault = surveyRegex(source, spansLines: form.spansLines) {
        throw CompiledPattern.error(fault, id)
      }
      // First as it was written, so that a position in an error is one in the pattern.
      _ = try CompiledPattern.compile(source, pattern, form, isBare: true, usesJIT: false, id)
    }
    let isLast = !pattern.matchesWords && !pattern.matchesLines
    guard
      let syntax = RegexSyntax(
        source, ignoresCase: pattern.ignoresCase, isUnicode: pattern.isUnicode)
    else {
      let regex = try CompiledPattern.compile(
        source, pattern, form, usesJIT: !CompiledPattern.misleadsJIT(source, isRead: false),
        backtracking: Backtracking(source, nil, isLast: isLast), id)
      method = .regex(regex, scan: .everyLine)
      candidateExpression =
        CompiledPattern.canPrefilter(source, pattern, form)
        ? CandidateExpression(
          id: id, text: source, ignoresCase: pattern.ignoresCase, isLiteral: false,
          isPrefilter: true)
        : nil
      greatestWidth = nil
      return
    }
    greatestWidth = syntax.greatestWidth
    if let plain = syntax.plainText, pattern.isPlain(plain), form.finder != .pcre2 {
      method = .literal(LiteralFinder(plain, ignoresCase: pattern.ignoresCase))
      candidateExpression = CandidateExpression(literal: pattern, plain, id: id)
      requiredStrings = [plain]
      return
    }
    if form.finder != .pcre2, !pattern.isUnicode, !pattern.matchesWords, !pattern.matchesLines,
      !form.spansLines, let set = syntax.singleSet
    {
      var everyByte = ByteSet.all
      everyByte.remove(newline)
      method = .bytes(table: set.table, isEveryByte: set == everyByte)
      candidateExpression = nil
      return
    }
    let literal =
      form.finder == .pcre2 ? nil : RequiredLiteral(of: syntax, ignoresCase: pattern.ignoresCase)
    // What tells the end of a line from a return before it must see one line at a time.
    let isConfined =
      syntax.isConfined && !form.spansLines && !form.endsLinesWithCRLF && form.finder != .pcre2
    let regex = try CompiledPattern.compile(
      isConfined ? syntax.confined : source, pattern, form, manyLines: isConfined,
      usesJIT: !CompiledPattern.misleadsJIT(source, isRead: true),
      backtracking: Backtracking(source, syntax, isLast: isLast), id)
    // Large repeats cost Hyperscan seconds and hundreds of megabytes to compile.
    candidateExpression =
      !isConfined || pattern.isUnicode || syntax.repeatProduct > 1000
      ? nil
      : CandidateExpression(
        id: id,
        text: pattern.matchesLines
          ? Array("^(?:".utf8) + syntax.confined + Array(")$".utf8) : syntax.confined,
        ignoresCase: pattern.ignoresCase, isLiteral: false)
    if let literal {
      let finder = LiteralFinder(literal.bytes, ignoresCase: pattern.ignoresCase)
      method = .regex(regex, scan: .literal(finder))
      lead = literal.lead
      requiredStrings = [literal.bytes]
    } else {
      method = .regex(regex, scan: isConfined ? .confined : .everyLine)
      if isConfined, !pattern.matchesWords, !pattern.matchesLines, !pattern.isUnicode {
        ranges = ByteRangeSequence(syntax, ignoresCase: pattern.ignoresCase)
      }
      if form.finder != .pcre2 {
        requiredStrings = RequiredLiteral.ofBranches(syntax, ignoresCase: pattern.ignoresCase)
      }
    }
  }

  /// - Parameter isBare: Whether to leave out what the pattern asks of its matches.
  private static func compile(
    _ source: [UInt8], _ pattern: Pattern, _ form: SearchForm, isBare: Bool = false,
    manyLines: Bool = false, usesJIT: Bool = true, backtracking: Backtracking? = nil, _ id: Int
  ) throws(PatternError) -> LineRegex {
    var use = LineRegex.Use(pattern)
    use.manyLines = manyLines || form.spansLines
    use.returnsEndLines = form.spansLines && form.endsLinesWithCRLF
    use.usesJIT = usesJIT
    if let backtracking {
      use.freeByteCount = form.watchesEveryStep ? 0 : backtracking.freeByteCount
    }
    if isBare { (use.matchesWords, use.matchesLines) = (false, false) }
    do {
      return try LineRegex(source, use)
    } catch {
      throw PatternError(
        situation: .malformed, pattern: id, position: error.position, reason: error.reason,
        remedy: "correct it, or search for it as a literal")
    }
  }

  /// Whether PCRE2 10.42's JIT may find something else in an expression than its interpreter, which is
  /// right.
  ///
  /// Empty last branches: `(a|)b*a` is not found in `a`. Atomic groups, possessive quantifiers and verbs:
  /// `\S??(?>.+|(?<=a))\d?[^\W]` matches nothing in `abacac`; what ``RegexSyntax`` reads of these showed no
  /// such difference.
  private static func misleadsJIT(_ source: [UInt8], isRead: Bool) -> Bool {
    let marks = isRead ? ["|)"] : ["|)", "(?>", "(*", "*+", "++", "?+", "}+"]
    return marks.contains { contains(source, $0) }
  }

  /// Whether Hyperscan's approximation of an expression names every line that holds a match.
  ///
  /// It sees many lines at once, so that nothing may tell the end of the text from the end of a line,
  /// and it must not be led to read something else than PCRE2 does.
  private static func canPrefilter(
    _ source: [UInt8], _ pattern: Pattern, _ form: SearchForm
  ) -> Bool {
    if pattern.isUnicode || form.spansLines || form.endsLinesWithCRLF { return false }
    let obstacles = [
      "\\A", "\\Z", "\\z", "\\G", "\\K", "\\Q", "\\C", "\\X", "\\R", "\\N", "\\c", "\\o", "\\0",
      "\\g", "\\k", "(*", "(?#", "(?|", "(?(", "(?-", "(?x", "(?^", "(?m", "(?s", "(?i", "(?J",
      "(?U", "(?n", "(?R", "(?&", "(?P", "(?0", "(?1", "{,", "[:", "[.", "[=",
    ]
    return !obstacles.contains { contains(source, $0) }
  }

  private static func contains(_ source: [UInt8], _ mark: String) -> Bool {
    source.indices.contains { source[$0...].starts(with: mark.utf8) }
  }

  private static func error(
    _ fault: (
      situation: PatternError.Situation, position: Int, reason: String, remedy: String
    ), _ id: Int
  ) -> PatternError {
    PatternError(
      situation: fault.situation, pattern: id, position: fault.position, reason: fault.reason,
      remedy: fault.remedy)
  }

  /// Whether its lines are found by a scan that is faster than Hyperscan's.
  var hasOwnScan: Bool {
    switch method {
    case .literal, .bytes, .regex(_, .literal): true
    case .regex: false
    }
  }

  var usesRegex: Bool {
    if case .regex = method { true } else { false }
  }

  var secondsPerGigabyte: Double {
    switch method {
    case .literal: 1 / 12
    case .bytes: 1 / 1.5
    case .regex(_, .literal): 1 / 10
    case .regex(_, .confined): 1 / 1
    case .regex(_, .everyLine): 1 / 0.5
    }
  }

  /// How many bytes before the place where its search goes on must be held.
  var lookbehind: Int {
    if case .regex(let regex, _) = method {
      max(regex.lookbehind, Match.reach)
    } else {
      Match.reach
    }
  }

  /// What finds its candidates, in words.
  var finderDescription: String {
    if let candidateFinder { return candidateFinder.name }
    return switch method {
    case .literal, .regex(_, .literal): "literal scan"
    case .bytes: "byte table"
    case .regex(_, .confined): "PCRE2 on many lines at once"
    case .regex(_, .everyLine): "PCRE2 on every line"
    }
  }
}

extension Pattern {
  /// Whether finding the bytes of a text is finding the pattern, given that the text is all of it.
  fileprivate func isPlain(_ text: [UInt8]) -> Bool {
    if matchesLines { return false }
    guard isUnicode else { return true }
    // Words and cases are Unicode's, and two ASCII letters have a third case there.
    return !matchesWords && String(validating: text, as: UTF8.self) != nil
      && !(ignoresCase && text.contains { $0 >= 0x80 || hasThirdCase($0) })
  }
}

extension CandidateExpression {
  init(literal pattern: Pattern, _ text: [UInt8], id: Int) {
    self.init(
      id: id, text: text.flatMap(hexEscape), ignoresCase: pattern.ignoresCase, isLiteral: true)
  }
}

/// Whether the letter is that of a character beyond ASCII too: of the long s, or of the Kelvin sign.
func hasThirdCase(_ byte: UInt8) -> Bool {
  byte | 0x20 == UInt8(ascii: "k") || byte | 0x20 == UInt8(ascii: "s")
}

/// An expression that matches nothing but the bytes.
private func escaped(_ bytes: [UInt8]) -> [UInt8] {
  bytes.flatMap { byte -> [UInt8] in
    switch byte {
    case 0..<0x20, 0x7F: hexEscape(byte)
    case 0x80...: [byte]
    default: isWordByte(byte) ? [byte] : [UInt8(ascii: "\\"), byte]
    }
  }
}
