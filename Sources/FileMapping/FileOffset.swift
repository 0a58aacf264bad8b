/// A position in a file, or a size of one, in bytes.
///
/// The file-mapping interface takes sizes and positions as two 32-bit halves; this is the one place
/// where halves become a 64-bit number and the other way round. Neither half is ever sign-extended.
public struct FileOffset: RawRepresentable, Hashable, Comparable, Sendable {
  /// The whole number, in bytes.
  public var rawValue: UInt64

  /// Makes an offset from a number of bytes.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes an offset from a number of bytes.
  public init(_ byteCount: UInt64) { rawValue = byteCount }

  /// Makes an offset from its halves: `high` counts units of 4 GiB.
  ///
  /// The corresponding Win32 parameters are `dwFileOffsetHigh` and `dwFileOffsetLow`.
  public init(high: UInt32, low: UInt32) { rawValue = UInt64(high) << 32 | UInt64(low) }

  /// Bits 32 to 63.
  public var high: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }

  /// Bits 0 to 31.
  public var low: UInt32 { UInt32(truncatingIfNeeded: rawValue) }

  public static func < (left: FileOffset, right: FileOffset) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension FileOffset: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral value: UInt64) { rawValue = value }
  public var description: String { String(rawValue) }
}
