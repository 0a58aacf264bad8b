import PatternSearch
import ScanEngine

/// Finds matches in single lines: those that a search for lines without any did not list.
struct MatchFinder {
  private let set: PatternSet
  private let options: LineSearch.Options

  init(_ set: PatternSet, options: LineSearch.Options) {
    self.set = set
    self.options = {
      var options = options
      options.isInverted = false
      options.listing = .matches
      options.numbersLines = false
      options.lineLimit = nil
      return options
    }()
  }

  /// Finds the matches in a line; none in one that is longer than a reader holds.
  func matches(
    in line: Range<UInt64>, _ reader: InputReader
  ) throws(LostByte) -> [LineBatch.Match] {
    guard line.count <= InputReader.capacity else { return [] }
    let start = reader.firstAvailable(from: line.lowerBound)
    guard start < line.upperBound else { return [] }
    let bytes = unsafe try reader.whole(start..<line.upperBound)
    var search = LineSearch(set, options: options)
    // SAFETY: the bytes stay until the reader is asked again.
    let span = unsafe RawSpan(_unsafeBytes: bytes)
    let tile = Tile(surroundings: span, start: 0, end: span.byteCount, offset: start)
    do throws(AnalysisError) { try search.update(tile) } catch {
      // The search itself failed at this line, too, and says so.
      return []
    }
    return search.takeListing().flatMap(\.matches)
  }
}
