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
  /// Whether numbers are going to be asked for.
  let isWanted: Bool
  private var countedTo = 0
  private var newlines: UInt64

  init(_ region: Region, isWanted: Bool = false) {
    newlines = region.newlinesBefore
    self.isWanted = isWanted
  }

  /// Number of newlines before the line that starts at `start`.
  mutating func newlines(before start: Int, in region: Region) -> UInt64 {
    unsafe count(to: start, region.base)
    return newlines
  }

  /// Takes note of newlines that somebody has counted in a range of the region at `base`.
  mutating func note(_ count: UInt64, in range: Range<Int>, _ base: UnsafeRawPointer) {
    guard range.lowerBound >= countedTo else { return }
    unsafe self.count(to: range.lowerBound, base)
    newlines += count
    countedTo = range.upperBound
  }

  private mutating func count(to end: Int, _ base: UnsafeRawPointer) {
    let low = min(end, countedTo)
    let high = max(end, countedTo)
    // SAFETY: both ends lie in the region.
    let between = unsafe RawSpan(
      _unsafeBytes: UnsafeRawBufferPointer(start: base + low, count: high - low)
    ).count(of: newline)
    if end < countedTo { newlines -= UInt64(between) } else { newlines += UInt64(between) }
    countedTo = end
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
