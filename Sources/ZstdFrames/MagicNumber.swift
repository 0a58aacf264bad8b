/// The first four bytes of a frame, read as a little-endian number.
///
/// Source: RFC 8878, sections 3.1.1 and 3.1.2.
enum MagicNumber: Equatable {
  case zstd
  case skippable
  /// Formats before 0.8.0, which libzstd may or may not have been built to read.
  case legacy(minorVersion: Int)
  case unknown

  static let byteCount = 4
  private static let zstdValue: UInt32 = 0xFD2F_B528
  private static let firstSkippableValue: UInt32 = 0x184D_2A50

  init(_ value: UInt32) {
    switch value {
    case Self.zstdValue: self = .zstd
    case Self.firstSkippableValue...(Self.firstSkippableValue + 15): self = .skippable
    // Format 0.1 alone was written with its most significant byte first.
    case 0x1EB5_2FFD: self = .legacy(minorVersion: 1)
    case 0xFD2F_B522...0xFD2F_B527: self = .legacy(minorVersion: Int(value & 0xF))
    default: self = .unknown
    }
  }

  /// Whether `bytes`, fewer than four, may be the beginning of a frame that was cut.
  static func canBegin(with bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return true }
    let start = first & 0xF0 == 0x50 ? Self.firstSkippableValue | UInt32(first & 0xF) : zstdValue
    return bytes.enumerated().allSatisfy { index, byte in
      byte == UInt8(truncatingIfNeeded: start >> (8 * UInt32(index)))
    }
  }
}
