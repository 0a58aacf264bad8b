import ScanEngine

/// Whole lines in memory.
@safe struct Region {
  let base: UnsafeRawPointer
  let byteCount: Int
  /// Where the first byte lies in the input.
  let offset: UInt64
  /// Number of newlines before it, from the start of the value's window.
  let newlinesBefore: UInt64
}

/// Numbers lines of a region as they are asked for, each newline counted once as long as the lines
/// ascend.
struct LineNumbering {
  private var countedTo = 0
  private var newlines: UInt64

  init(_ region: Region) { newlines = region.newlinesBefore }

  /// Number of newlines before the line that starts at `start`.
  mutating func newlines(before start: Int, in region: Region) -> UInt64 {
    let low = min(start, countedTo)
    let high = max(start, countedTo)
    // SAFETY: both ends lie in the region.
    let between = unsafe RawSpan(
      _unsafeBytes: UnsafeRawBufferPointer(start: region.base + low, count: high - low)
    ).count(of: newline)
    if start < countedTo { newlines -= UInt64(between) } else { newlines += UInt64(between) }
    countedTo = start
    return newlines
  }
}

extension Region {
  /// The line `start..<end` of the region.
  func line(_ start: Int, _ end: Int, newlinesBefore: UInt64) -> LineText {
    // SAFETY: start lies in the region.
    unsafe LineText(
      base: base + start, start: 0, end: end - start, offset: offset + UInt64(start),
      newlinesBefore: newlinesBefore)
  }

  /// Whether a line has more bytes than `limit`.
  func hasLine(longerThan limit: Int) -> Bool {
    var start = 0
    // A line that long reaches as far as that, so that a newline near there is enough to pass it over.
    while byteCount - start > limit {
      let last = unsafe lastNewline(base, start, start + limit + 1)
      if last < start { return true }
      start = last + 1
    }
    return false
  }
}
