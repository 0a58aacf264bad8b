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
  /// How they are searched for.
  public let form: SearchForm
  let compiled: [CompiledPattern]
  let finder: (any CandidateFinder)?
  /// All of them, as alternatives: the one that is tried first comes first. Of literals at one place the
  /// longest is taken, as `grep -F` does; of expressions the first, as `grep -P` and ripgrep do.
  let alternatives: [CompiledPattern]
  /// The place of each pattern among the alternatives.
  let ranks: [Int]
  let pool = MatchSpacePool()
  /// What ``LineSearch/throughput`` says.
  let throughput: Double

  /// Compiles patterns.
  ///
  /// A regular expression without special characters is searched for as a literal.
  ///
  /// - Throws: ``PatternError`` for the first pattern that cannot be searched for.
  public init(_ patterns: [Pattern], form: SearchForm = SearchForm()) throws(PatternError) {
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
    if form.finder == .hyperscan, !HyperscanFinder.isAvailable {
      throw PatternError(
        situation: .unsupported, pattern: nil, position: nil,
        reason: "there is no Hyperscan here that is known to find everything",
        remedy: "let the finder be chosen")
    }
    var compiled: [CompiledPattern] = []
    compiled.reserveCapacity(patterns.count)
    for (id, pattern) in patterns.enumerated() {
      compiled.append(try CompiledPattern(pattern, id: id, form: form))
    }
    let finder = PatternSet.finder(of: compiled, form)
    if let finder {
      for id in finder.ids { compiled[id].candidateFinder = finder }
    }
    self.patterns = patterns
    self.form = form
    self.compiled = compiled
    self.finder = finder
    var order = Array(patterns.indices)
    if patterns.allSatisfy({ $0.kind == .literal }) {
      order.sort { (patterns[$1].bytes.count, $0) < (patterns[$0].bytes.count, $1) }
    }
    alternatives = order.map { compiled[$0] }
    var ranks = order
    for (rank, id) in order.enumerated() { ranks[id] = rank }
    self.ranks = ranks
    let seconds = compiled.reduce(finder == nil ? 0 : 1 / 2.5) { sum, pattern in
      finder?.ids.contains(pattern.id) == true ? sum : sum + pattern.secondsPerGigabyte
    }
    throughput = 1 / seconds
  }

  /// The expressions that the finder takes if it is left to choose.
  private static func suitable(_ compiled: [CompiledPattern]) -> [CandidateExpression] {
    // Scans of our own cost one pass each, the finder one pass for all.
    let scanned = compiled.count { $0.hasOwnScan && $0.candidateExpression != nil }
    return compiled.filter { !$0.hasOwnScan || scanned > PatternSet.scanLimit }
      .compactMap(\.candidateExpression)
  }

  private static func finder(
    of compiled: [CompiledPattern], _ form: SearchForm
  ) -> (any CandidateFinder)? {
    // Text that is not cut into lines comes in pieces, where no candidate line can be named.
    if form.spansLines { return nil }
    let expressions: [CandidateExpression]
    switch form.finder {
    case .pcre2: return nil
    case .literal:
      return stringFinder(of: compiled, hashedFrom: LiteralSetFinder.stringLimit + 1)
    case .auto:
      if let finder = stringFinder(of: compiled, hashedFrom: LiteralHashFinder.leastStrings) {
        return finder
      }
      expressions = suitable(compiled)
    case .hyperscan: expressions = compiled.compactMap(\.candidateExpression)
    }
    return expressions.isEmpty
      ? nil : HyperscanFinder(expressions, patternCount: compiled.count)
  }

  /// A finder for all patterns, if each has strings one of which is part of every match.
  ///
  /// - Parameter least: How many of them there must be for a hash to pay.
  private static func stringFinder(
    of compiled: [CompiledPattern], hashedFrom least: Int
  ) -> (any CandidateFinder)? {
    guard compiled.allSatisfy({ !$0.requiredStrings.isEmpty }) else { return nil }
    let strings = compiled.flatMap { pattern in
      pattern.requiredStrings.map {
        RequiredString(
          id: pattern.id, finder: LiteralFinder($0, ignoresCase: pattern.ignoresCase))
      }
    }
    if strings.count >= least { return LiteralHashFinder(strings, patternCount: compiled.count) }
    return LiteralSetFinder(strings, patternCount: compiled.count)
  }

  /// How many patterns the candidate finder takes.
  package var finderPatternCount: Int { finder?.ids.count ?? 0 }

  /// What finds the places that PCRE2 looks at, in words, and how many patterns each finds.
  public var finderDescriptions: [(finder: String, patternCount: Int)] {
    var counts: [String: Int] = [:]
    for pattern in compiled { counts[pattern.finderDescription, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Up to how many patterns may each have a scan of its own. Hyperscan finds three literals faster
  /// than three scans do.
  static var scanLimit: Int { 1 }
}
