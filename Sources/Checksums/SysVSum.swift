public import ScanEngine

/// Computes the checksum of System V: what `sum -s` prints. Any part of the input can be computed apart from the others.
///
/// It is the sum of all bytes, folded into 16 bits; it tells neither their order nor zeros. The sum itself wraps at 32 bits,
/// as that of GNU does.
public struct SysVSum: MergeableAnalyzer {
  private var sum: UInt32 = 0

  /// Makes the checksum of an empty input.
  public init() {}

  public var throughput: Double { 20 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    // SAFETY: the bytes are read during the call.
    unsafe tile.bytes.withUnsafeBytes { buffer in
      var sum = self.sum
      for index in 0..<buffer.count { sum &+= UInt32(unsafe buffer[index]) }
      self.sum = sum
    }
  }

  public var skipsHoles: Bool { true }
  public var foldsZeros: Bool { true }
  public mutating func update(zeros range: Range<UInt64>) {}

  public mutating func merge(_ next: consuming SysVSum) { sum &+= next.sum }

  public consuming func finalize() -> Digest {
    // What carries into the seventeenth bit is added once more.
    let folded = sum & 0xFFFF + sum >> 16
    return Digest(
      algorithm: .sysv, words: UInt16(truncatingIfNeeded: folded & 0xFFFF + folded >> 16))
  }
}
