public import FileMapping
public import ScanEngine

/// Why carving cannot go on.
public enum CarvingStop: Error {
  /// A byte that could be read before cannot be read any more; what the system said, if anything.
  case unreadable(at: UInt64, MappingError?)
  /// Somebody asked to stop.
  case stopped
}

/// Reads any part of the file in which frames are looked for.
public final class CarvingInput {
  private let recall: Recall
  private let isStopped: () -> Bool
  /// Where the file ends; of a stream that has not ended, as far as it can go.
  public var byteCount: UInt64 { recall.available.upperBound }
  /// Where its first byte lies.
  public let start: UInt64
  // One for headers at and near candidates, one for those that are far away.
  private var near = Excerpt()
  private var far = Excerpt()

  /// A few bytes of the file.
  private struct Excerpt {
    var offset: UInt64 = 0
    var bytes: [UInt8] = []
    static let byteCount: UInt64 = 4096

    func holds(_ range: Range<UInt64>) -> Bool {
      offset <= range.lowerBound && range.upperBound <= offset + UInt64(bytes.count)
    }

    func field(_ range: Range<UInt64>) -> FieldBytes {
      var field = FieldBytes()
      let start = Int(range.lowerBound - offset)
      // SAFETY: every byte of an array of UInt8 is initialised.
      _ = field.gather(unsafe bytes.span.bytes, from: start, needed: range.count)
      return field
    }
  }

  /// Reads any source.
  ///
  /// - Parameter maps: Whether a file is mapped, if it can be; reading fetches less around a few bytes.
  /// - Throws: `MappingError` if the file cannot be mapped.
  public convenience init(
    _ source: Source, maps: Bool = true, _ control: ScanControl
  ) throws(MappingError) {
    let isStopped = { control.isStopped }
    self.init(try Recall(of: source, maps: maps, isStopped: isStopped), isStopped: isStopped)
  }

  /// - Parameter isStopped: Whether somebody asked to stop.
  public init(_ recall: Recall, isStopped: @escaping () -> Bool) {
    self.recall = recall
    start = recall.available.lowerBound
    self.isStopped = isStopped
  }

  /// Whether headers are read from the start to the end, with little between them. Slow devices are asked
  /// for what comes next then.
  var walksForward = false
  private var prefetchedTo: UInt64 = 0
  /// How much the system is asked for at a time, since it may not take more, and how far ahead.
  private static let prefetchByteCount: UInt64 = 4 << 20
  private static let prefetchReach: UInt64 = 32 << 20

  private func prefetch(from offset: UInt64) {
    prefetchedTo = max(prefetchedTo, offset)
    while prefetchedTo < offset + Self.prefetchReach, prefetchedTo < byteCount {
      recall.prefetch(prefetchedTo..<prefetchedTo + Self.prefetchByteCount)
      prefetchedTo += Self.prefetchByteCount
    }
  }

  /// Asks a slow device for a header that will be read soon.
  func prefetch(headerAt offset: UInt64) {
    guard offset < byteCount else { return }
    recall.prefetch(offset..<min(byteCount, offset + Excerpt.byteCount))
  }

  /// How often bytes were fetched from some other place than the time before.
  private(set) var jumpCount: UInt64 = 0
  /// What that costs, in about as many bytes read.
  static let jumpCost: UInt64 = 4096

  /// Makes sure that what was read is the file as it was opened, before its bytes are called wrong.
  func checkFile(at offset: UInt64) throws(CarvingStop) {
    if recall.isOfChangedFile { throw .unreadable(at: offset, nil) }
  }

  func checkStop() throws(CarvingStop) {
    if isStopped() { throw .stopped }
  }

  /// Reads a header.
  ///
  /// - Returns: nil if the file ends before it does.
  func field(
    at offset: UInt64, byteCount count: Int, isFar: Bool = false
  ) throws(CarvingStop) -> FieldBytes? {
    guard offset <= byteCount, UInt64(count) <= byteCount - offset else { return nil }
    let range = offset..<offset + UInt64(count)
    if near.holds(range) { return near.field(range) }
    if far.holds(range) { return far.field(range) }
    if walksForward { prefetch(from: offset) }
    var excerpt = Excerpt(offset: offset)
    try withPieces(of: offset..<min(byteCount, offset + Excerpt.byteCount)) { piece in
      unsafe piece.withUnsafeBytes { unsafe excerpt.bytes += $0 }
      return true
    }
    jumpCount += 1
    if isFar { far = excerpt } else { near = excerpt }
    // A stream may end before.
    return excerpt.holds(range) ? excerpt.field(range) : nil
  }

  /// Lends the bytes of a range, from left to right, in pieces of at most ``ScanEngine/Recall/pieceByteCount``.
  ///
  /// - Parameter body: Takes a piece; says whether to go on. What it was lent last does not count if this
  ///   throws.
  public func withPieces(
    of range: Range<UInt64>, _ body: (RawSpan) -> Bool
  ) throws(CarvingStop) {
    try checkStop()
    var wasStopped = false
    let lost = recall.withPieces(of: range) { piece in
      guard !isStopped() else {
        wasStopped = true
        return false
      }
      return body(piece)
    }
    if let lost { throw .unreadable(at: lost.offset, lost.error) }
    if wasStopped || isStopped() { throw .stopped }
  }
}
