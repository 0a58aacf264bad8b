/// A line that a value owns and whose end has not come yet.
///
/// A short line is collected and searched when it ends. A line with more than
/// ``SearchBounds/segmentByteCount`` bytes is searched piece by piece as it comes; only what a
/// match may still need is held.
struct OpenLine: Sendable {
  /// How far patterns that select lines together have come.
  struct Group: Sendable {
    var cursor = LineCursor()
    /// Their matches, if those are listed.
    var matches: [LineBatch.Match] = []
  }

  /// Where the line starts in the input.
  let offset: UInt64
  /// Number of newlines before it, from the start of the value's window.
  var newlinesBefore: UInt64
  /// The bytes of the line from `heldStart` on.
  var held: [UInt8] = []
  var heldStart = 0
  /// Where the next piece ends, in bytes from the line's start.
  var boundary: Int
  var groups: [Group]

  init(offset: UInt64, newlinesBefore: UInt64, groupCount: Int, segmentByteCount: Int) {
    self.offset = offset
    self.newlinesBefore = newlinesBefore
    boundary = segmentByteCount
    firstBoundary = segmentByteCount
    groups = Array(repeating: Group(), count: groupCount)
  }

  private let firstBoundary: Int

  /// Whether nothing of the line was searched, so that it is all held.
  var isUntouched: Bool { boundary == firstBoundary }

  var heldEnd: Int { heldStart + held.count }

  /// A piece is searched when so many bytes behind it are there: those that are shown with a match
  /// at its end, and one that tells that the line goes on.
  static var lookahead: Int { Match.reach + 1 }

  /// Number of bytes to take before the next piece can be searched; at least 1.
  var missing: Int { boundary + OpenLine.lookahead - heldEnd }

  /// Every match that starts before this index was found.
  var decided: Int { groups.reduce(Int.max) { min($0, $1.cursor.position) } }

  /// Drops the bytes that no pattern needs any more.
  mutating func trim(_ patterns: [[CompiledPattern]]) {
    var needed = Int.max
    for (group, patterns) in zip(groups, patterns) {
      let lookbehind = patterns.reduce(0) { max($0, $1.lookbehind) }
      needed = min(needed, group.cursor.position - lookbehind)
    }
    guard needed > heldStart else { return }
    held.removeFirst(min(needed - heldStart, held.count))
    heldStart = needed
  }
}
