import CISAL
public import ScanEngine

/// Computes the CRC of POSIX: what `cksum` prints. Any part of the input can be computed apart from the others.
///
/// Bits go in most significant first, the register starts with zeros, the length of the input follows the input in as
/// few bytes as it needs, and all bits of the result are inverted.
///
/// The corresponding C function is `crc32_ieee` of ISA-L. Source: POSIX.1-2017, `cksum`.
public struct CKSum: MergeableAnalyzer {
  /// The polynomial of CRC-32; reflected, as the arithmetic wants it.
  private static let polynomial = CRCPolynomial<UInt32>(reflected: 0xEDB8_8320)

  private var register: UInt32 = 0
  private var byteCount: UInt64 = 0

  /// Makes the CRC of an empty input.
  public init() {}

  public var throughput: Double { 13 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    register = CKSum.extend(register, with: tile.bytes)
    byteCount += UInt64(tile.byteCount)
  }

  public var foldsZeros: Bool { true }

  public mutating func update(zeros range: Range<UInt64>) {
    let count = range.upperBound - range.lowerBound
    register = CKSum.advance(register, past: count)
    byteCount += count
  }

  /// Appends the CRC of the bytes that follow.
  ///
  /// - Complexity: O(log n) for n bytes that follow.
  public mutating func merge(_ next: consuming CKSum) {
    register = CKSum.advance(register, past: next.byteCount) ^ next.register
    byteCount += next.byteCount
  }

  public consuming func finalize() -> Digest {
    var length: [UInt8] = []
    var rest = byteCount
    while rest > 0 {
      length.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
    let checksum = unsafe ~CKSum.extend(register, with: length.span.bytes)
    return Digest(algorithm: .cksum, words: checksum)
  }

  private static func extend(_ register: UInt32, with bytes: RawSpan) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      // SAFETY: the function reads `count` bytes from `base` and keeps no pointer.
      guard let base = unsafe buffer.assumingMemoryBound(to: UInt8.self).baseAddress else {
        return register
      }
      // It wants and returns the register inverted.
      return unsafe ~crc32_ieee(~register, base, UInt64(buffer.count))
    }
  }

  /// What becomes of the register when so many zeros follow.
  private static func advance(_ register: UInt32, past byteCount: UInt64) -> UInt32 {
    reversed(polynomial.advance(reversed(register), past: byteCount))
  }

  /// The bits in the other order.
  private static func reversed(_ word: UInt32) -> UInt32 {
    var (rest, result): (UInt32, UInt32) = (word, 0)
    for _ in 0..<UInt32.bitWidth {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}
