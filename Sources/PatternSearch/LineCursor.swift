import ScanEngine

/// The bounds a search keeps to. They are part of its description: all partials of a scan have the
/// same.
struct SearchBounds: Sendable {
  /// Number of matches of each pattern to keep for showing.
  let shownLimit: Int
  /// A line with more bytes than this is searched in pieces of this size, which start where the
  /// line does.
  let segmentByteCount: Int
  /// How many bytes a match of a regular expression may span in such a line.
  let maxMatchByteCount: Int
}

/// What a pattern says of a stretch of a line.
enum NextMatch: Sendable {
  case match(Int, Int)
  /// Nothing starts before this index of the line.
  case none(before: Int)

  /// The lowest index at which a match may start.
  var start: Int {
    switch self {
    case .match(let start, _), .none(let start): start
    }
  }
}

/// How far the search of one line has come, for one pattern or for several that are alternatives.
struct LineCursor: Sendable {
  /// Where it goes on, in bytes from the line's start.
  var position = 0
  /// Where the last match ended; -1 before the first one.
  var lastEnd = -1
  var hasMatch = false
  /// What each of several patterns said last.
  private var nexts: [NextMatch] = []

  init() {}

  /// The cursor of a line in which the search has come somewhere already.
  init(position: Int, lastEnd: Int, hasMatch: Bool) {
    self.position = position
    self.lastEnd = lastEnd
    self.hasMatch = hasMatch
  }

  /// Goes through the matches that are decided by the bytes before `boundary`.
  ///
  /// At each place the first pattern that matches is taken, and the search goes on behind its match. An
  /// empty match right behind another match is part of that one.
  ///
  /// - Parameters:
  ///   - patterns: The alternatives; the same ones in each call.
  ///   - line: Holds what the patterns look back at before the cursor, or the line's start.
  ///   - isLineEnd: Whether the line ends at `boundary`. If not, `line` holds more than
  ///     ``Match/reach`` bytes after it, or up to the line's end.
  ///   - wantsAll: Whether every match is wanted, or only the first of the line.
  ///   - accept: Takes a match: its range and its pattern.
  /// - Returns: Whether a match was cut that could have been longer than a match may be.
  @inline(__always)
  mutating func advance(
    _ patterns: [CompiledPattern], _ line: LineText, upTo boundary: Int, isLineEnd: Bool,
    wantsAll: Bool, _ bounds: SearchBounds, _ space: MatchSpace?,
    accept: (Int, Int, CompiledPattern) -> Void
  ) throws(AnalysisError) -> Bool {
    var isTruncated = false
    if hasMatch && !wantsAll {
      position = max(position, boundary)
      return false
    }
    var line = line
    if let unicode = patterns.first(where: \.isUnicode) {
      line = line.stretched(
        upTo: isLineEnd ? boundary : unicode.pieceEnd(boundary, in: line), isLineEnd: isLineEnd)
    }
    if patterns.count == 1 {
      let pattern = patterns[0]
      while position <= boundary {
        let next = try pattern.nextMatch(
          line, from: position, upTo: boundary, isLineEnd: isLineEnd, bounds, space, &isTruncated)
        guard case .match(let start, let end) = next else {
          position = next.start
          return isTruncated
        }
        take(start, end, pattern, line, accept)
        if !wantsAll { break }
      }
      return isTruncated
    }
    if nexts.isEmpty { nexts = Array(repeating: .none(before: 0), count: patterns.count) }
    while position <= boundary {
      var first = -1
      var isDecided = false
      for index in patterns.indices {
        if nexts[index].start < position || !isMatch(index) {
          // What starts before the position lies in a match that was taken.
          let from = max(position, nexts[index].start)
          nexts[index] =
            from > boundary
            ? .none(before: from)
            : try patterns[index].nextMatch(
              line, from: from, upTo: boundary, isLineEnd: isLineEnd, bounds, space, &isTruncated)
        }
        if first < 0 || nexts[index].start < nexts[first].start {
          first = index
          isDecided = isMatch(index)
        }
      }
      guard isDecided, case .match(let start, let end) = nexts[first] else {
        // Nobody knows yet whether something starts there.
        position = max(position, nexts[first].start)
        return isTruncated
      }
      // A pattern that comes later has no say about the place where an earlier one matches, but one that
      // is undecided there and comes earlier was found first above.
      take(start, end, patterns[first], line, accept)
      if !wantsAll { break }
    }
    return isTruncated
  }

  private func isMatch(_ index: Int) -> Bool {
    if case .match = nexts[index] { true } else { false }
  }

  @inline(__always)
  private mutating func take(
    _ start: Int, _ end: Int, _ pattern: CompiledPattern, _ line: LineText,
    _ accept: (Int, Int, CompiledPattern) -> Void
  ) {
    let isRepeated = start == end && end == lastEnd
    position = start == end ? pattern.index(after: end, in: line) : end
    if isRepeated { return }
    lastEnd = end
    hasMatch = true
    accept(start, end, pattern)
  }
}
