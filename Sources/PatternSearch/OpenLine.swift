/// A line that a value owns and whose end has not come yet.
///
/// A short line is collected and searched when it ends. A line with more than
/// ``SearchBounds/segmentByteCount`` bytes is searched piece by piece as it comes; only what a
/// match may still need is held.
struct OpenLine: Sendable {
  /// Where the line starts in the input.
  let offset: UInt64
  /// Number of newlines before it, from the start of the value's window.
  var newlinesBefore: UInt64
  /// The bytes of the line from `heldStart` on.
  var held: [UInt8] = []
  var heldStart = 0
  /// Where the next piece ends, in bytes from the line's start.
  var boundary: Int
  /// How far the search for each pattern has come; empty before the first piece.
  var cursors: [LineCursor] = []

  init(offset: UInt64, newlinesBefore: UInt64, segmentByteCount: Int) {
    self.offset = offset
    self.newlinesBefore = newlinesBefore
    boundary = segmentByteCount
  }

  var heldEnd: Int { heldStart + held.count }

  /// A piece is searched when so many bytes behind it are there: those that are shown with a match
  /// at its end, and one that tells that the line goes on.
  static var lookahead: Int { Match.reach + 1 }

  /// Number of bytes to take before the next piece can be searched; at least 1.
  var missing: Int { boundary + OpenLine.lookahead - heldEnd }

  /// Drops the bytes that no pattern needs any more.
  mutating func trim(_ patterns: [CompiledPattern]) {
    var needed = Int.max
    for (pattern, cursor) in zip(patterns, cursors) {
      needed = min(needed, cursor.position - pattern.lookbehind)
    }
    guard needed > heldStart else { return }
    held.removeFirst(min(needed - heldStart, held.count))
    heldStart = needed
  }
}
