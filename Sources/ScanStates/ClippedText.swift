/// Bytes that somebody chose, cut to a bounded length.
public struct ClippedText: Equatable, Sendable {
  /// What is left of them. Not more than ``limit``.
  public let bytes: [UInt8]
  /// Whether there were more.
  public let isClipped: Bool

  /// How many bytes are kept at the most: no path is longer.
  public static let limit = 4096

  /// Keeps the end, where paths differ.
  public init(endOf bytes: [UInt8], limit: Int = limit) {
    var kept = bytes.suffix(min(limit, ClippedText.limit))
    isClipped = kept.count < bytes.count
    if isClipped { kept = kept.drop(while: ClippedText.isContinuation) }
    self.bytes = Array(kept)
  }

  /// Keeps the beginning.
  public init(startOf bytes: [UInt8], limit: Int = limit) {
    var end = min(bytes.count, limit, ClippedText.limit)
    isClipped = end < bytes.count
    if isClipped {
      while end > 0, ClippedText.isContinuation(bytes[end]) { end -= 1 }
    }
    self.bytes = Array(bytes.prefix(end))
  }

  /// As it was published.
  init(_ bytes: [UInt8], isClipped: Bool) {
    self.bytes = bytes
    self.isClipped = isClipped
  }

  /// Whether a byte belongs to a character of UTF-8 that began before it: no cut goes there.
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
