import PatternSearch
import ScanEngine

/// Whoever is handed the listings of one file.
class ListingTaker: @unchecked Sendable {
  // SAFETY: listings are handed out by one thread at a time, and the main thread waits for the last.
  let reader: InputReader
  private let output: OutputBuffer

  init(_ reader: InputReader, _ output: OutputBuffer) {
    self.reader = reader
    self.output = output
  }

  /// Whether nothing more is wanted.
  var isOver: Bool { false }
  /// How many lines, or matches, were selected.
  var selectedCount: UInt64 { 0 }

  /// - Parameter isEnd: Whether there are no more listings.
  func take(_ batches: [LineBatch], isEnd: Bool) throws(LostByte) {}

  /// Takes a listing while the scan runs.
  final func take(_ batches: [LineBatch], _ recall: Recall) -> ListingVerdict {
    reader.read(from: recall)
    reader.horizon = min(batches.last?.decidedTo ?? 0, recall.available.upperBound)
    var verdict = ListingVerdict.goOn
    do throws(LostByte) {
      try take(batches, isEnd: false)
      if isOver { verdict = .enough }
    } catch {
      verdict = .unreadable(at: error.offset, error.error)
    }
    output.flush()
    return output.failure == nil ? verdict : .enough
  }

  /// Takes what is left when the scan has ended.
  final func finish() throws(LostByte) {
    if !isOver { try take([], isEnd: true) }
  }
}

/// Takes lines.
final class LineTaker<Printer: LinePrinter>: ListingTaker, @unchecked Sendable {
  var walk: LineWalk<Printer>
  private var spans: SpanLines?

  init(
    _ walk: LineWalk<Printer>, spans: SpanLines?, _ reader: InputReader, _ output: OutputBuffer
  ) {
    self.walk = walk
    self.spans = spans
    super.init(reader, output)
  }

  override var isOver: Bool { walk.isOver }
  override var selectedCount: UInt64 { walk.selectedCount }

  override func take(_ batches: [LineBatch], isEnd: Bool) throws(LostByte) {
    if spans != nil {
      if let blocks = try spans?.take(batches, isEnd: isEnd) { try walk.take([blocks]) }
    } else if !isEnd {
      try walk.take(batches)
    }
  }
}

/// Takes matches to print with the bytes around them.
final class BytesTaker: ListingTaker, @unchecked Sendable {
  private var printer: BytesPrinter

  init(_ printer: BytesPrinter, _ reader: InputReader, _ output: OutputBuffer) {
    self.printer = printer
    super.init(reader, output)
  }

  override var isOver: Bool { printer.isOver }
  override var selectedCount: UInt64 { printer.matchCount }

  override func take(_ batches: [LineBatch], isEnd: Bool) throws(LostByte) {
    try printer.take(batches, isEnd: isEnd)
  }
}
