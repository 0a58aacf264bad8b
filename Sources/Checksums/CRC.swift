import CISAL
public import ScanEngine

/// What tells one CRC from another.
///
/// The register starts with all bits set, bits go in least significant first, and all bits of the
/// result are inverted: true of every CRC here, and what ``CRC`` needs to append one to another.
public protocol CRCModel: Sendable {
  /// An unsigned integer as wide as the checksum.
  associatedtype Word: FixedWidthInteger & UnsignedInteger & Sendable

  static var algorithm: ChecksumAlgorithm { get }
  /// Gigabytes a second; see `Analyzer.throughput`.
  static var throughput: Double { get }

  /// The checksum of an input followed by `bytes`, from the checksum of that input. The checksum of
  /// an empty input is 0.
  static func extend(_ checksum: Word, with bytes: RawSpan) -> Word

  /// The share that `checksum` has in the checksum of an input that goes on for `byteCount` more
  /// bytes: its product with x to the power of 8·`byteCount`, modulo the polynomial of the CRC.
  static func advance(_ checksum: Word, past byteCount: UInt64) -> Word
}

/// Computes a cyclic redundancy check. Any part of the input can be computed apart from the others.
///
/// For parts A and B, with n bytes in B, CRC(AB) = CRC(A) · x⁸ⁿ mod P + CRC(B): the inverted start
/// and the inverted result cancel out.
///
/// Source: M. Adler, `crc32_combine` of zlib; the parameters are in R. Williams, "A Painless Guide to
/// CRC Error Detection Algorithms" (1993), and G. Cook's catalogue of CRC algorithms.
public struct CRC<Model: CRCModel>: MergeableAnalyzer {
  private var checksum: Model.Word = 0
  private var byteCount: UInt64 = 0

  /// Makes the CRC of an empty input.
  public init() {}

  public var throughput: Double { Model.throughput }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    checksum = Model.extend(checksum, with: tile.bytes)
    byteCount += UInt64(tile.byteCount)
  }

  public var foldsZeros: Bool { true }

  /// Goes on by zeros, which only multiply the register by a power of x.
  ///
  /// - Complexity: O(log n) for n zeros.
  public mutating func update(zeros range: Range<UInt64>) {
    let count = range.upperBound - range.lowerBound
    checksum = ~Model.advance(~checksum, past: count)
    byteCount += count
  }

  /// Appends the CRC of the bytes that follow.
  ///
  /// - Complexity: O(log n) for n bytes that follow.
  public mutating func merge(_ next: consuming CRC) {
    checksum = Model.advance(checksum, past: next.byteCount) ^ next.checksum
    byteCount += next.byteCount
  }

  public consuming func finalize() -> Digest {
    Digest(algorithm: Model.algorithm, words: checksum)
  }
}

/// The CRC-32 of gzip, PNG, zip and Ethernet: CRC-32/ISO-HDLC.
///
/// The corresponding C function is `crc32_gzip_refl` of ISA-L.
public typealias CRC32 = CRC<CRC32Model>

/// The CRC-32C of iSCSI, ext4 and Btrfs: CRC-32/ISCSI, after G. Castagnoli.
///
/// The corresponding C function is `crc32_iscsi` of ISA-L. Source: RFC 3720, section 12.1.
public typealias CRC32C = CRC<CRC32CModel>

/// The CRC-64 of xz: CRC-64/XZ, which has the polynomial of ECMA-182.
///
/// The corresponding C function is `crc64_ecma_refl` of ISA-L. Source: "The .xz File Format",
/// section 6.
public typealias CRC64 = CRC<CRC64Model>

/// See ``CRC32``.
public enum CRC32Model: CRCModel {
  private static let polynomial = CRCPolynomial<UInt32>(reflected: 0xEDB8_8320)
  public static var algorithm: ChecksumAlgorithm { .crc32 }
  public static var throughput: Double { 15 }

  public static func extend(_ checksum: UInt32, with bytes: RawSpan) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      // SAFETY: the function reads `count` bytes from `base` and keeps no pointer.
      guard let base = unsafe buffer.assumingMemoryBound(to: UInt8.self).baseAddress else {
        return checksum
      }
      return unsafe crc32_gzip_refl(checksum, base, UInt64(buffer.count))
    }
  }

  public static func advance(_ checksum: UInt32, past byteCount: UInt64) -> UInt32 {
    polynomial.advance(checksum, past: byteCount)
  }
}

/// See ``CRC32C``.
public enum CRC32CModel: CRCModel {
  private static let polynomial = CRCPolynomial<UInt32>(reflected: 0x82F6_3B78)
  public static var algorithm: ChecksumAlgorithm { .crc32c }
  public static var throughput: Double { 13 }

  public static func extend(_ checksum: UInt32, with bytes: RawSpan) -> UInt32 {
    extend(checksum, with: bytes, pieceByteCount: 1 << 30)
  }

  /// Feeds the library pieces, since it takes the length as a C `int`.
  package static func extend(
    _ checksum: UInt32, with bytes: RawSpan, pieceByteCount: Int
  ) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      // Alone among its kind, this function wants and returns the bare register.
      var register = ~checksum
      var rest = unsafe buffer.assumingMemoryBound(to: UInt8.self)[...]
      while unsafe !rest.isEmpty {
        let piece = unsafe UnsafeBufferPointer(rebasing: rest.prefix(pieceByteCount))
        // SAFETY: the function reads `count` bytes and writes none, though its declaration lacks
        // the `const`.
        unsafe register = crc32_iscsi(
          UnsafeMutablePointer(mutating: piece.baseAddress), Int32(piece.count), register)
        unsafe rest = rest.dropFirst(pieceByteCount)
      }
      return ~register
    }
  }

  public static func advance(_ checksum: UInt32, past byteCount: UInt64) -> UInt32 {
    polynomial.advance(checksum, past: byteCount)
  }
}

/// See ``CRC64``.
public enum CRC64Model: CRCModel {
  private static let polynomial = CRCPolynomial<UInt64>(reflected: 0xC96C_5795_D787_0F42)
  public static var algorithm: ChecksumAlgorithm { .crc64 }
  public static var throughput: Double { 14 }

  public static func extend(_ checksum: UInt64, with bytes: RawSpan) -> UInt64 {
    unsafe bytes.withUnsafeBytes { buffer in
      // SAFETY: the function reads `count` bytes from `base` and keeps no pointer.
      guard let base = unsafe buffer.assumingMemoryBound(to: UInt8.self).baseAddress else {
        return checksum
      }
      return unsafe crc64_ecma_refl(checksum, base, UInt64(buffer.count))
    }
  }

  public static func advance(_ checksum: UInt64, past byteCount: UInt64) -> UInt64 {
    polynomial.advance(checksum, past: byteCount)
  }
}
