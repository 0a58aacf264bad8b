/// How a file falls into windows.
struct WindowGrid: Sendable {
  let byteCount: UInt64
  let windowByteCount: UInt64

  /// Number of windows.
  var count: Int { Int((byteCount + windowByteCount - 1) / windowByteCount) }

  /// The bytes of a window; none at the end of the file for the index after the last.
  func range(of index: Int) -> Range<UInt64> {
    let start = min(UInt64(index) * windowByteCount, byteCount)
    return start..<min(start + windowByteCount, byteCount)
  }
}
