public import ScanEngine

/// Computes the checksum of BSD: what `sum` and `sum -r` print.
///
/// 16 bits, which are rotated to the right by one before each byte is added. The carry is lost, so no part can be computed apart
/// from those before it.
public struct BSDSum: Analyzer {
  private var sum: UInt16 = 0

  /// Makes the checksum of an empty input.
  public init() {}

  public var throughput: Double { 2 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    // SAFETY: the bytes are read during the call.
    unsafe tile.bytes.withUnsafeBytes { buffer in
      var sum = self.sum
      for index in 0..<buffer.count {
        sum = (sum &>> 1 | sum &<< 15) &+ UInt16(unsafe buffer[index])
      }
      self.sum = sum
    }
  }

  public consuming func finalize() -> Digest { Digest(algorithm: .bsd, words: sum) }
}
