/// Why the content of a frame cannot be had, or cannot be trusted.
public enum DecodingError: Error, Equatable, Sendable {
  /// The frame asks for a window of `byteCount` bytes, more than the `limit` that was set.
  case windowTooLarge(byteCount: UInt64, limit: UInt64)
  /// The frame was compressed with a dictionary that was not given; `id` is what its header calls it.
  case dictionaryRequired(id: UInt32)
  /// The content does not have the checksum that is stored in the frame.
  case checksumMismatch(stored: UInt32?)
  /// The content is not as long as the frame's header declares.
  case contentSizeMismatch(declared: UInt64)
  /// A block cannot be decoded; `reason` is libzstd's.
  case corrupt(reason: String)
  /// The input ends inside the frame.
  case truncated
  /// More content came out than ``DecodingSettings/contentLimit`` allows, which was `limit` by then.
  case contentTooLarge(limit: UInt64)
  /// There is not enough memory for the frame's window.
  case outOfMemory
}

extension DecodingError {
  /// Whether it says nothing about the frame, only about what decoding may use.
  public var isLimit: Bool {
    switch self {
    case .windowTooLarge, .dictionaryRequired, .contentTooLarge, .outOfMemory: true
    case .checksumMismatch, .contentSizeMismatch, .corrupt, .truncated: false
    }
  }
}

extension DecodingError: CustomStringConvertible {
  /// One clause without a full stop, which says how to mend it where that is possible.
  public var description: String {
    switch self {
    case .windowTooLarge(let byteCount, let limit):
      "its window of \(byteCount) bytes is larger than the limit of \(limit)"
        + (DecodingSettings.windowLog(for: byteCount).map { ": decode it with --long \($0)" } ?? "")
    case .dictionaryRequired(let id):
      "it needs the dictionary with the id \(id): name it with --dictionary"
    case .checksumMismatch(let stored):
      "its content does not have the stored checksum"
        + (stored.map { " " + eightDigits($0) } ?? "")
    case .contentSizeMismatch(let declared):
      "its content is not the \(declared) bytes that its header declares"
    case .corrupt(let reason): "it is corrupt (\(reason))"
    case .truncated: "the input ends inside it"
    case .contentTooLarge(let limit):
      "more than \(limit) bytes of content came out: allow more with --max-content"
    case .outOfMemory: "there is not enough memory for its window"
    }
  }
}

/// Eight hexadecimal digits, most significant first.
package func eightDigits(_ number: UInt32) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
