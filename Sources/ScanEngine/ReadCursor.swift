import FileMapping

/// Reads a file into a buffer, for where mapping is unwise or unwanted.
final class ReadCursor: TileCursor {
  private let object: MappingObject
  private let start: UInt64
  private let byteCount: UInt64
  private let capacity: Int
  private let skipped: SkippedBlocks?
  private var buffer: [UInt8]

  /// - Parameters:
  ///   - start: The first byte that is shown.
  ///   - capacity: The usual size of tiles, in bytes. A buffer that fits the L2 cache is fastest.
  ///   - skipped: Where to note what cannot be read, so that zeros take its place; nil if that is a failure.
  init(
    over object: MappingObject, from start: UInt64, capacity: Int, skipped: SkippedBlocks? = nil
  ) {
    self.start = start
    self.object = object
    self.capacity = capacity
    self.skipped = skipped
    byteCount = object.size.rawValue
    buffer = [UInt8](repeating: 0, count: capacity + 2 * Tile.reach)
  }

  func longestTile(at offset: UInt64) -> Int { capacity }

  var fault: UInt64? { nil }

  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    let before = Int(min(offset - self.start, UInt64(Tile.reach)))
    let start = offset - UInt64(before)
    let wanted = Int(
      min(UInt64(before + byteCount + Tile.reach), self.byteCount - start))
    if buffer.count < wanted { buffer = Array(repeating: 0, count: wanted) }
    try fill(wanted, from: start)
    ReadCursor.lend(buffer, wanted, before..<before + byteCount, offset, from: self.start, body)
  }

  /// Reads bytes into the front of the buffer.
  private func fill(_ wanted: Int, from start: UInt64) throws(TileFailure) {
    var filled = 0
    while filled < wanted {
      let offset = start + UInt64(filled)
      let gap = skipped?.first(after: offset)
      if let gap, gap.contains(offset) {
        let count = Int(min(UInt64(wanted - filled), gap.upperBound - offset))
        buffer.replaceSubrange(filled..<filled + count, with: repeatElement(0, count: count))
        filled += count
        continue
      }
      let end = gap.map { min(UInt64(wanted), $0.lowerBound - start) } ?? UInt64(wanted)
      let part = filled..<Int(end)
      let object = self.object
      let (came, error) = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe object.readPart(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[part]), at: FileOffset(offset))
      }
      filled += came
      let place = offset + UInt64(came)
      if let error {
        guard let block = skipped?.skip(at: place, because: error) else {
          throw .unreadable(at: place, error)
        }
        // The block counts as a whole, whoever reads how much of it.
        filled = Int(max(block.lowerBound, start) - start)
      } else if came < part.count {
        throw .ended(at: place)
      }
    }
  }

  private static func lend(
    _ buffer: borrowing [UInt8], _ filled: Int, _ range: Range<Int>, _ offset: UInt64,
    from first: UInt64, _ body: (borrowing Tile) -> Void
  ) {
    // SAFETY: every byte of an array of UInt8 is initialised.
    let surroundings = unsafe buffer.span.bytes.extracting(..<filled)
    body(
      Tile(
        surroundings: surroundings, start: range.lowerBound, end: range.upperBound, offset: offset,
        inputStart: first))
  }
}
