public import ScanEngine

/// Searches an input as one text, in which matches may span lines.
///
/// Lines are not cut: `^` and `$` are the ends of lines, and a pattern that asks for a newline finds it. A
/// match may have ``LineSearch/Options/maxMatchByteCount`` bytes; ``PatternMatches/truncatedMatches`` says
/// when a longer one was cut. Every byte is seen in order by one lane.
public struct SpanSearch: ListingAnalyzer {
  /// What was found: one element for each pattern, or a single one if patterns are alternatives. Of the
  /// numbers only ``PatternMatches/matches`` means something.
  public typealias Output = [PatternMatches]
  /// Matches and no blocks.
  public typealias Listing = [LineBatch]

  private var search: LineSearch

  /// - Parameters:
  ///   - set: What to search for; its form spans lines.
  ///   - options: Listing lines lists matches; nothing is inverted, numbered or shown.
  public init(_ set: PatternSet, options: LineSearch.Options) {
    search = LineSearch(set, options: options)
  }

  public var throughput: Double { 2 }

  public var toleratesGaps: Bool { true }
  public var isSettled: Bool { search.isSettled }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    try search.update(tile)
  }

  public consuming func finalize() throws(AnalysisError) -> [PatternMatches] {
    try search.finalize()
  }

  public mutating func takeListing() -> [LineBatch] { search.takeListing() }
}
