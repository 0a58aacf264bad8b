/// How a ``PatternSet`` is to be searched for, as far as compiling depends on it.
public struct SearchForm: Hashable, Sendable {
  /// What finds the places that are worth a closer look. The answer is the same with each.
  public enum Finder: String, CaseIterable, Sendable {
    /// Whatever suits the patterns.
    case auto
    /// A scan for a string that every match holds, for each pattern that has one.
    case literal
    /// Hyperscan, for each pattern that it takes.
    case hyperscan
    /// Nothing: PCRE2 looks at every line.
    case pcre2
  }

  public var finder = Finder.auto
  /// Whether a match may span lines; such patterns are for a ``SpanSearch``.
  public var spansLines = false
  /// Whether a return before a newline belongs to the end of the line, not to the line.
  public var endsLinesWithCRLF = false
  /// Whether PCRE2 is watched in short lines too.
  package var watchesEveryStep = false

  public init() {}
}
