import FileMapping

/// Where a file has bytes, for somebody who goes through it: remembers what the system said last, since to find
/// the end of an extent can take time in proportion to its size.
struct ExtentCursor {
  private let extents: Extents
  private let byteCount: UInt64
  /// A hole, or part of one, and the extent behind it; both are empty before anybody asked.
  private var hole: Range<UInt64> = 0..<0
  private var extentEnd: UInt64 = 0

  init(of object: MappingObject) {
    (extents, byteCount) = (Extents(of: object), object.size.rawValue)
  }

  /// See ``Extents/areKnown``.
  var areKnown: Bool { extents.areKnown }

  /// The first range at or after `offset` that may hold something other than zeros; empty, and at the end of the
  /// file, if only a hole follows.
  mutating func first(from offset: UInt64) throws(MappingError) -> Range<UInt64> {
    if offset < hole.lowerBound || offset >= extentEnd {
      let extent = try extents.first(from: offset) ?? byteCount..<byteCount
      hole = min(offset, extent.lowerBound)..<extent.lowerBound
      extentEnd = extent.upperBound
    }
    return max(offset, hole.upperBound)..<max(offset, extentEnd)
  }
}
