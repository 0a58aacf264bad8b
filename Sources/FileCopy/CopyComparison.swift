public import ScanEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Compares every tile with what the copy has at its place, and the rest of the copy with zeros.
///
/// Everything but the result is counted from the start of the copy.
public struct CopyComparison: MergeableAnalyzer {
  private let destination: Destination
  /// Where in the source the copy begins.
  private let start: UInt64
  private let extents: SourceExtents?
  private var buffer: [UInt8] = []
  /// How far the tiles went, in bytes from the start.
  private var end: UInt64 = 0
  private var difference: UInt64?

  init(with destination: Destination, from start: UInt64, extents: SourceExtents?) {
    self.destination = destination
    self.start = start
    self.extents = extents
  }

  public var skipsHoles: Bool { true }
  public var throughput: Double { 4 }
  public var isSettled: Bool { difference != nil }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    end = tile.endOffset - start
    if difference != nil { return }
    if buffer.count < tile.byteCount { buffer = [UInt8](repeating: 0, count: tile.byteCount) }
    let came = try read(at: tile.offset - start, byteCount: tile.byteCount)
    let bytes = tile.bytes
    let buffer = self.buffer
    let isSame = unsafe buffer.withUnsafeBytes { copy in
      unsafe bytes.withUnsafeBytes { original in
        unsafe came == original.count
          && memcmp(copy.baseAddress!, original.baseAddress!, original.count) == 0
      }
    }
    if isSame { return }
    let index = (0..<came).first { buffer[$0] != bytes.byte(at: $0) } ?? came
    difference = tile.offset - start + UInt64(index)
  }

  private mutating func read(at offset: UInt64, byteCount: Int) throws(AnalysisError) -> Int {
    do throws(CopyError) { return try fill(from: offset, byteCount: byteCount) } catch {
      throw AnalysisError(offset: start + offset, error, copyingTo: destination)
    }
  }

  /// Reads bytes of the copy into the buffer; says how many came.
  private mutating func fill(from offset: UInt64, byteCount: Int) throws(CopyError) -> Int {
    let destination = self.destination
    let result: Result<Int, CopyError> = unsafe buffer.withUnsafeMutableBytes { room in
      do throws(CopyError) {
        return .success(
          try unsafe destination.read(
            into: UnsafeMutableRawBufferPointer(rebasing: room[..<byteCount]), at: offset))
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  public mutating func merge(_ next: consuming CopyComparison) {
    difference = difference ?? next.difference
    end = max(end, next.end)
    buffer = []
  }

  /// The lowest offset in the source at which the copy differs; nil if it does not.
  public consuming func finalize() throws(AnalysisError) -> UInt64? {
    let stray: UInt64?
    do throws(CopyError) { stray = try firstStrayByte() } catch {
      throw AnalysisError(offset: start + end, error, copyingTo: destination)
    }
    return [difference, stray].compactMap { $0 }.min().map { start + $0 }
  }

  /// The lowest offset outside of the source's extents at which the copy has anything but zeros.
  private mutating func firstStrayByte() throws(CopyError) -> UInt64? {
    guard let extents else {
      let byteCount = try destination.byteCount()
      return byteCount == end ? nil : min(byteCount, end)
    }
    buffer = [UInt8](repeating: 0, count: 256 << 10)
    var offset: UInt64 = 0
    while let written = try destination.firstExtent(from: offset) {
      var place = written.lowerBound
      while place < written.upperBound {
        let original = try extents.first(from: place) ?? UInt64.max..<UInt64.max
        let gap = place..<min(written.upperBound, max(place, original.lowerBound))
        if let stray = try firstNonZero(in: gap) { return stray }
        place = max(
          gap.upperBound, original.lowerBound < written.upperBound ? original.upperBound : 0)
      }
      offset = max(written.upperBound, place)
    }
    return nil
  }

  private mutating func firstNonZero(in range: Range<UInt64>) throws(CopyError) -> UInt64? {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = Int(min(UInt64(buffer.count), range.upperBound - offset))
      let came = try fill(from: offset, byteCount: wanted)
      if came == 0 { return nil }
      if let index = buffer[..<came].firstIndex(where: { $0 != 0 }) {
        return offset + UInt64(index)
      }
      offset += UInt64(came)
    }
    return nil
  }
}
