/// Patterns that were compiled, ready to be shared by every copy of a ``LineSearch``.
public final class PatternSet: Sendable {
  /// A regular expression may have this many bytes.
  public static var regexByteLimit: Int { 4096 }
  /// There may be this many regular expressions.
  public static var regexLimit: Int { 1000 }
  /// There may be this many patterns.
  public static var patternLimit: Int { 100_000 }

  /// The patterns as they were given.
  public let patterns: [Pattern]
  let compiled: [CompiledPattern]
  let finder: CandidateFinder?
  /// The patterns that the finder does not take.
  let unaidedIDs: [Int]
  /// Whether a tile must be searched with a ``MatchSpace`` at hand.
  let needsSpace: Bool
  let pool = MatchSpacePool()
  /// What ``LineSearch/throughput`` says.
  let throughput: Double

  /// Compiles patterns.
  ///
  /// A regular expression without special characters is searched for as a literal.
  ///
  /// - Throws: ``PatternError`` for the first pattern that cannot be searched for.
  public convenience init(_ patterns: [Pattern]) throws(PatternError) {
    try self.init(patterns, usesFinder: true)
  }

  public convenience init(_ patterns: [Pattern], form: SearchForm) throws(PatternError) {
    try self.init(patterns)
  }

  /// What finds candidates, in words, one element for each way that is used.
  public var finderDescriptions: [String] { [] }

  /// - Parameter usesFinder: Whether a ``CandidateFinder`` may be used. The answer is the same.
  package init(_ patterns: [Pattern], usesFinder: Bool) throws(PatternError) {
    if patterns.isEmpty {
      throw PatternError(
        situation: .noPattern, pattern: nil, position: nil, reason: "there is no pattern",
        remedy: "give at least one")
    }
    let regexes = patterns.count { $0.kind == .regex }
    if patterns.count > PatternSet.patternLimit || regexes > PatternSet.regexLimit {
      throw PatternError(
        situation: .tooLarge, pattern: nil, position: nil,
        reason: "\(patterns.count) patterns, \(regexes) of them regular expressions, are too many",
        remedy: "give at most \(PatternSet.patternLimit) patterns, at most "
          + "\(PatternSet.regexLimit) of them regular expressions")
    }
    var compiled: [CompiledPattern] = []
    compiled.reserveCapacity(patterns.count)
    for (id, pattern) in patterns.enumerated() {
      compiled.append(try CompiledPattern(pattern, id: id))
    }
    var finder: CandidateFinder?
    if usesFinder {
      // Scans of our own cost one pass each, the finder one pass for all.
      let scanned = compiled.count { $0.hasOwnScan && $0.candidateExpression != nil }
      let wanted = compiled.filter { !$0.hasOwnScan || scanned > PatternSet.scanLimit }
      finder = CandidateFinder(
        wanted.compactMap(\.candidateExpression), patternCount: patterns.count)
    }
    unaidedIDs = patterns.indices.filter { finder?.ids.contains($0) != true }
    if let finder {
      for id in finder.ids { compiled[id].candidateFinder = finder }
    }
    self.patterns = patterns
    self.compiled = compiled
    self.finder = finder
    needsSpace = finder != nil || compiled.contains { $0.usesRegex }
    let seconds = compiled.reduce(finder == nil ? 0 : 1 / 2.5) { sum, pattern in
      finder?.ids.contains(pattern.id) == true ? sum : sum + pattern.secondsPerGigabyte
    }
    throughput = 1 / seconds
  }

  /// How many patterns the candidate finder takes.
  package var finderPatternCount: Int { finder?.ids.count ?? 0 }

  /// Up to how many patterns may each have a scan of its own. Hyperscan finds three literals faster
  /// than three scans do.
  static var scanLimit: Int { 1 }
}

/// How one pattern is searched for.
struct CompiledPattern: Sendable {
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
  let matchesWords: Bool
  let method: Method
  let candidateExpression: CandidateExpression?
  /// What finds its candidates together with those of other patterns; nil if nothing does.
  var candidateFinder: CandidateFinder?

  init(_ pattern: Pattern, id: Int) throws(PatternError) {
    self.id = id
    matchesWords = pattern.matchesWords
    if pattern.kind == .literal, !pattern.bytes.isEmpty {
      if let position = pattern.bytes.firstIndex(of: newline) {
        throw CompiledPattern.error(newlineFault(position), id)
      }
      method = .literal(LiteralFinder(pattern.bytes, ignoresCase: pattern.ignoresCase))
      candidateExpression = CandidateExpression(
        id: id, text: pattern.bytes.flatMap(hexEscape), ignoresCase: pattern.ignoresCase,
        isLiteral: true)
      return
    }
    let source = pattern.bytes
    if source.count > PatternSet.regexByteLimit {
      throw PatternError(
        situation: .tooLarge, pattern: id, position: nil,
        reason: "the regular expression has \(source.count) bytes",
        remedy: "use at most \(PatternSet.regexByteLimit), or search for a literal")
    }
    if let fault = surveyRegex(source) { throw CompiledPattern.error(fault, id) }
    // First as it was written, so that a position in an error is one in the pattern.
    _ = try CompiledPattern.compile(source, pattern, matchesWords: false, usesJIT: false, id)
    guard let syntax = RegexSyntax(source, ignoresCase: pattern.ignoresCase) else {
      let regex = try CompiledPattern.compile(
        source, pattern, matchesWords: pattern.matchesWords,
        usesJIT: !CompiledPattern.cutsBacktracking(source), id)
      method = .regex(regex, scan: .everyLine)
      candidateExpression = nil
      return
    }
    if let plain = syntax.plainText {
      method = .literal(LiteralFinder(plain, ignoresCase: pattern.ignoresCase))
      candidateExpression = CandidateExpression(
        id: id, text: plain.flatMap(hexEscape), ignoresCase: pattern.ignoresCase,
        isLiteral: true)
      return
    }
    if let set = syntax.singleSet, !pattern.matchesWords {
      var everyByte = ByteSet.all
      everyByte.remove(newline)
      method = .bytes(table: set.table, isEveryByte: set == everyByte)
      candidateExpression = nil
      return
    }
    // Large repeats cost Hyperscan seconds and hundreds of megabytes to compile.
    candidateExpression =
      syntax.repeatProduct > 1000
      ? nil
      : CandidateExpression(
        id: id, text: syntax.confined, ignoresCase: pattern.ignoresCase, isLiteral: false)
    let regex = try CompiledPattern.compile(
      syntax.confined, pattern, matchesWords: pattern.matchesWords, manyLines: true, id)
    if let literal = RequiredLiteral(of: syntax, ignoresCase: pattern.ignoresCase) {
      let finder = LiteralFinder(literal.bytes, ignoresCase: pattern.ignoresCase)
      method = .regex(regex, scan: .literal(finder))
    } else {
      method = .regex(regex, scan: .confined)
    }
  }

  private static func compile(
    _ source: [UInt8], _ pattern: Pattern, matchesWords: Bool, manyLines: Bool = false,
    usesJIT: Bool = true, _ id: Int
  ) throws(PatternError) -> LineRegex {
    do {
      return try LineRegex(
        source, ignoresCase: pattern.ignoresCase, matchesWords: matchesWords, manyLines: manyLines,
        usesJIT: usesJIT)
    } catch {
      throw PatternError(
        situation: .malformed, pattern: id, position: error.position, reason: error.reason,
        remedy: "correct it, or search for it as a literal")
    }
  }

  /// Whether an expression may have atomic groups, possessive quantifiers or verbs.
  ///
  /// PCRE2 10.42's JIT and its interpreter find different matches for some of these, and the
  /// interpreter's are right: `\S??(?>.+|(?<=a))\d?[^\W]` matches nothing in `abacac`. Expressions
  /// that ``RegexSyntax`` reads showed no such difference.
  private static func cutsBacktracking(_ source: [UInt8]) -> Bool {
    ["(?>", "(*", "*+", "++", "?+", "}+"].contains { mark in
      source.indices.contains { source[$0...].starts(with: mark.utf8) }
    }
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
}
