/// What a checksum or hash algorithm says about an input.
public struct Digest: Equatable, Sendable {
  /// The algorithm that computed it.
  public let algorithm: ChecksumAlgorithm
  /// The value, most significant byte first: as the usual tools print it. As many bytes as
  /// ``ChecksumAlgorithm/digestByteCount`` of the algorithm says.
  public let bytes: [UInt8]

  /// Makes a digest, for comparison with one that was computed.
  ///
  /// - Precondition: There are ``ChecksumAlgorithm/digestByteCount`` bytes.
  public init(algorithm: ChecksumAlgorithm, bytes: [UInt8]) {
    precondition(bytes.count == algorithm.digestByteCount, "wrong length for \(algorithm)")
    self.algorithm = algorithm
    self.bytes = bytes
  }

  /// The value as lower-case hexadecimal digits, two for a byte, without prefix.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension Digest {
  /// Makes a digest from words, the most significant one first.
  init<Word: FixedWidthInteger & UnsignedInteger>(algorithm: ChecksumAlgorithm, words: Word...) {
    self.init(
      algorithm: algorithm,
      bytes: words.flatMap { word in
        stride(from: Word.bitWidth - 8, through: 0, by: -8).map { shift in
          UInt8(truncatingIfNeeded: word >> shift)
        }
      })
  }
}
