import FileMapping

/// Shows zeros for what lies in holes, without touching the file, and leaves the rest to another cursor.
///
/// To read a hole would have the system make pages of zeros for it.
final class HoleCursor: TileCursor {
  private let inner: any TileCursor
  private var extents: ExtentCursor
  private let object: MappingObject
  private let first: UInt64
  private var byteCount: UInt64 { object.size.rawValue }
  private var zeros: [UInt8] = []
  /// Where the file had not ended lately.
  private var seen: Range<UInt64> = 0..<0

  /// Larger tiles are not made of zeros.
  private static let tileLimit = 4 << 20
  /// How many bytes of a hole pass between two looks at the file.
  private static let look: UInt64 = 16 << 20

  init(
    _ inner: any TileCursor, _ extents: ExtentCursor, of object: MappingObject, from first: UInt64
  ) {
    (self.inner, self.extents, self.object, self.first) = (inner, extents, object, first)
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
    if !seen.contains(offset) { try look(at: offset) }
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

  /// Who reads no bytes does not meet the end of a file that was cut.
  private func look(at offset: UInt64) throws(TileFailure) {
    let end = min(offset + Self.look, byteCount)
    let present: UInt64
    do throws(MappingError) { present = try object.currentStatus().size.rawValue } catch {
      throw TileFailure(error, at: offset)
    }
    guard present >= end else { throw .ended(at: present) }
    seen = offset..<end
  }

  private func isHole(_ range: Range<UInt64>) throws(TileFailure) -> Bool {
    do throws(MappingError) {
      return try extents.first(from: range.lowerBound).lowerBound >= range.upperBound
    } catch { throw TileFailure(error, at: range.lowerBound) }
  }
}
