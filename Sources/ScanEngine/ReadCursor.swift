import FileMapping

/// Reads a file into a buffer, for where mapping is unwise or unwanted.
final class ReadCursor: TileCursor {
  private let object: MappingObject
  private let byteCount: UInt64
  private let capacity: Int
  private var buffer: [UInt8]

  /// - Parameter capacity: The largest tile, in bytes. A buffer that fits the L2 cache is fastest.
  init(over object: MappingObject, capacity: Int) {
    self.object = object
    self.capacity = capacity
    byteCount = object.size.rawValue
    buffer = [UInt8](repeating: 0, count: capacity + 2 * Tile.reach)
  }

  func longestTile(at offset: UInt64) -> Int { capacity }

  var fault: UInt64? { nil }

  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    let before = Int(min(offset, UInt64(Tile.reach)))
    let start = offset - UInt64(before)
    let wanted = Int(
      min(UInt64(before + byteCount + Tile.reach), self.byteCount - start))
    let object = self.object
    var came = 0
    var failure: MappingError?
    unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(MappingError) {
        came = try unsafe object.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), at: FileOffset(start))
      } catch { failure = error }
    }
    if let failure { throw .mapping(failure) }
    guard came == wanted else { throw .ended(at: start + UInt64(came)) }
    ReadCursor.lend(buffer, wanted, before..<before + byteCount, offset, body)
  }

  private static func lend(
    _ buffer: borrowing [UInt8], _ filled: Int, _ range: Range<Int>, _ offset: UInt64,
    _ body: (borrowing Tile) -> Void
  ) {
    // SAFETY: every byte of an array of UInt8 is initialised.
    let surroundings = unsafe buffer.span.bytes.extracting(..<filled)
    body(
      Tile(
        surroundings: surroundings, start: range.lowerBound, end: range.upperBound, offset: offset))
  }
}
