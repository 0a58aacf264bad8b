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

  /// Finds the matches in a line, of which the first bytes may be gone.
  func matches(
    in line: Range<UInt64>, _ reader: InputReader
  ) throws(LostByte) -> [LineBatch.Match] {
    var search = LineSearch(set, options: options)
    var start = reader.firstAvailable(from: line.lowerBound)
    while start < line.upperBound {
      let end = min(line.upperBound, start + UInt64(InputReader.capacity))
      let bytes = unsafe try reader.whole(start..<end)
      // SAFETY: the bytes stay until the reader is asked again.
      let span = unsafe RawSpan(_unsafeBytes: bytes)
      // A byte behind a tile says that the line goes on.
      let isLast = end == line.upperBound
      let tile = Tile(
        surroundings: span, start: 0, end: span.byteCount - (isLast ? 0 : 1), offset: start)
      do throws(AnalysisError) { try search.update(tile) } catch {
        // The search itself failed at this line, too, and says so.
        return []
      }
      start = tile.endOffset
    }
    return search.takeListing().flatMap(\.matches)
  }
}
