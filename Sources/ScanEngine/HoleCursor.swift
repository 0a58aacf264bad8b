import FileMapping

/// Shows zeros for what lies in holes, without touching the file, and leaves the rest to another cursor.
///
/// To read a hole would have the system make pages of zeros for it.
final class HoleCursor: TileCursor {
  private let inner: any TileCursor
  private var extents: ExtentCursor
  private let first: UInt64
  private let byteCount: UInt64
  private var zeros: [UInt8] = []

  /// Larger tiles are not made of zeros.
  private static let tileLimit = 4 << 20

  init(
    _ inner: any TileCursor, _ extents: ExtentCursor, from first: UInt64, byteCount: UInt64
  ) {
    self.first = first
    (self.inner, self.extents, self.byteCount) = (inner, extents, byteCount)
  }

  var fault: UInt64? { inner.fault }

  func longestTile(at offset: UInt64) -> Int { inner.longestTile(at: offset) }

  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    let reach = UInt64(Tile.reach)
    let start = offset - min(offset - self.first, reach)
    let end = min(self.byteCount, offset + UInt64(byteCount) + reach)
    guard byteCount <= Self.tileLimit, try isHole(start..<end) else {
      return try inner.withTile(at: offset, byteCount: byteCount, body)
    }
    let count = Int(end - start)
    if zeros.count < count { zeros = Array(repeating: 0, count: count) }
    let zeros = self.zeros
    // SAFETY: every byte of an array of UInt8 is initialised.
    let surroundings = unsafe zeros.span.bytes.extracting(..<count)
    let first = Int(offset - start)
    body(
      Tile(
        surroundings: surroundings, start: first, end: first + byteCount, offset: offset,
        inputStart: self.first))
  }

  private func isHole(_ range: Range<UInt64>) throws(TileFailure) -> Bool {
    do throws(MappingError) {
      return try extents.first(from: range.lowerBound).lowerBound >= range.upperBound
    } catch { throw .mapping(error) }
  }
}
