public import PatternSearch
public import ScanEngine

/// A search with its listing as part of the output, for what checks outputs alone.
///
/// The listing is taken out after every tile and every merge of a value that covers the input from its
/// start, or only at the end.
public struct ListedSearch<Search: ListingAnalyzer>: Analyzer
where Search.Output == [PatternMatches], Search.Listing == [LineBatch] {
  public typealias Output = Selection

  var search: Search
  private let input: [UInt8]
  private let isNumbered: Bool
  private let spansLines: Bool
  private let takesAsItGoes: Bool
  var taken: [LineBatch] = []
  var isAtStart = false
  var isFresh = true

  /// - Parameters:
  ///   - input: What will be searched.
  ///   - takesAsItGoes: Whether to take out the listing again and again.
  public init(
    _ search: Search, _ input: [UInt8], isNumbered: Bool = false, spansLines: Bool = false,
    takesAsItGoes: Bool
  ) {
    self.search = search
    self.input = input
    self.isNumbered = isNumbered
    self.spansLines = spansLines
    self.takesAsItGoes = takesAsItGoes
  }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    if isFresh { isAtStart = tile.offset == 0 }
    isFresh = false
    try search.update(tile)
    take()
  }

  mutating func take() {
    if takesAsItGoes, isAtStart { taken += search.takeListing() }
  }

  public var isSettled: Bool { search.isSettled }

  public consuming func finalize() throws(AnalysisError) -> Selection {
    var selection = Selection()
    selection.takeIn(
      taken + search.takeListing(), of: input, isNumbered: isNumbered, spansLines: spansLines)
    selection.found = try search.finalize()
    return selection
  }
}

extension ListedSearch: MergeableAnalyzer where Search: MergeableAnalyzer {
  public var isOpen: Bool { search.isOpen }

  public mutating func readOn(_ tile: borrowing Tile) throws(AnalysisError) {
    try search.readOn(tile)
    take()
  }

  public mutating func merge(_ next: consuming ListedSearch<Search>) {
    if next.isFresh { return }
    if isFresh {
      isAtStart = next.isAtStart
      taken = next.taken
    }
    isFresh = false
    search.merge(next.search)
    take()
  }
}
