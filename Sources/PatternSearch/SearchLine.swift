import ScanEngine

extension CompiledPattern {
  /// Searches a whole line that is in memory.
  func searchWhole(
    _ line: LineText, cursor start: LineCursor = LineCursor(), _ found: inout PatternMatches,
    _ bounds: SearchBounds, _ space: MatchSpace?
  ) throws(AnalysisError) {
    var cursor = start
    // The pieces are those in which a line that comes in parts would be searched.
    var boundary = bounds.segmentByteCount
    while boundary < line.end {
      try search(line, upTo: boundary, isLineEnd: false, &cursor, &found, bounds, space)
      boundary += bounds.segmentByteCount
    }
    try search(line, upTo: line.end, isLineEnd: true, &cursor, &found, bounds, space)
  }

  /// Searches a line from the cursor up to `boundary` and moves the cursor to where the search
  /// goes on.
  ///
  /// - Parameters:
  ///   - line: Holds ``lookbehind`` bytes before the cursor, or the line's start.
  ///   - isLineEnd: Whether the line ends at `boundary`. If not, `line` holds more than
  ///     ``Match/reach`` bytes after it, or up to the line's end.
  func search(
    _ line: LineText, upTo boundary: Int, isLineEnd: Bool, _ cursor: inout LineCursor,
    _ found: inout PatternMatches, _ bounds: SearchBounds, _ space: MatchSpace?
  ) throws(AnalysisError) {
    switch method {
    case .literal(let finder):
      searchLiteral(finder, line, boundary, &cursor, &found, bounds)
    case .bytes(let table, _):
      for position in cursor.position..<max(cursor.position, boundary)
      where unsafe table[
        Int(line.base.load(fromByteOffset: position - line.start, as: UInt8.self))] != 0
      {
        record(position, position + 1, line, &cursor, &found, bounds)
      }
      cursor.position = max(cursor.position, boundary)
    case .regex(let regex, _):
      try searchRegex(regex, line, boundary, isLineEnd, &cursor, &found, bounds, space!)
    }
  }

  @inline(__always)
  private func record(
    _ start: Int, _ end: Int, _ line: LineText, _ cursor: inout LineCursor,
    _ found: inout PatternMatches, _ bounds: SearchBounds
  ) {
    if !cursor.hasMatch {
      cursor.hasMatch = true
      found.lines += 1
    }
    found.matches += 1
    if found.shown.count < bounds.shownLimit { found.show(start, end, in: line) }
  }

  private func searchLiteral(
    _ finder: LiteralFinder, _ line: LineText, _ boundary: Int, _ cursor: inout LineCursor,
    _ found: inout PatternMatches, _ bounds: SearchBounds
  ) {
    let count = finder.needle.count
    while true {
      let hit = unsafe next(
        finder, line.base, from: cursor.position - line.start, end: boundary - line.start,
        readable: line.end - line.start)
      guard hit >= 0 else { break }
      let start = line.start + hit
      record(start, start + count, line, &cursor, &found, bounds)
      cursor.position = start + count
    }
    // An occurrence that ends behind the boundary can start no earlier than this.
    cursor.position = max(cursor.position, boundary - count + 1)
  }

  /// The next occurrence in `start..<end`, bounded as a word if the pattern asks for it; or -1.
  ///
  /// - Parameter readable: How many bytes there are at `base`; what lies outside them is no word.
  @inline(__always)
  func next(
    _ finder: LiteralFinder, _ base: UnsafeRawPointer, from start: Int, end: Int, readable: Int
  ) -> Int {
    var start = start
    while true {
      let hit = unsafe finder.next(base, from: start, end: end)
      if hit < 0 || !matchesWords { return hit }
      let after = hit + finder.needle.count
      if unsafe (hit == 0 || !isWordByte(base.load(fromByteOffset: hit - 1, as: UInt8.self)))
        && (after == readable || !isWordByte(base.load(fromByteOffset: after, as: UInt8.self)))
      {
        return hit
      }
      start = hit + 1
    }
  }

  private func searchRegex(
    _ regex: LineRegex, _ line: LineText, _ boundary: Int, _ isLineEnd: Bool,
    _ cursor: inout LineCursor, _ found: inout PatternMatches, _ bounds: SearchBounds,
    _ space: MatchSpace
  ) throws(AnalysisError) {
    let subject = unsafe line.base.assumingMemoryBound(to: UInt8.self)
    let count = boundary - line.start
    while cursor.position < boundary || (isLineEnd && cursor.position == boundary) {
      var result = unsafe regex.match(
        subject, count, from: cursor.position - line.start, isPartial: !isLineEnd,
        isLineStart: line.start == 0, in: space)
      if case .partial(let start) = result {
        // Nothing that starts before it matches; whether it does, the next bytes decide.
        cursor.position = max(cursor.position, start + line.start)
        if boundary - cursor.position < bounds.maxMatchByteCount { return }
        found.truncatedMatches = true
        result = unsafe regex.match(
          subject, count, from: cursor.position - line.start, isLineStart: line.start == 0,
          isLineEnd: false, in: space)
      }
      switch result {
      case .match(let start, let end):
        accept(start + line.start, max(start, end) + line.start)
      case .none, .partial:
        cursor.position = isLineEnd ? boundary + 1 : boundary
        return
      case .failure(let reason):
        // Whether a line is searched at all depends on who finds candidates, and that on where tiles
        // fall. Whether it fails must not: a line that no finder would name has no match.
        let isWhole = isLineEnd && line.start == 0 && line.end <= bounds.segmentByteCount
        guard isWhole, !mayMatch(line) else { throw error(reason, offset: line.offset) }
        cursor.position = boundary + 1
        return
      }
    }

    func accept(_ start: Int, _ end: Int) {
      cursor.position = start == end ? end + 1 : end
      // An empty match right behind another match is part of that one.
      if start == end && end == cursor.lastEnd { return }
      cursor.lastEnd = end
      record(start, end, line, &cursor, &found, bounds)
    }
  }

  /// Whether what finds this pattern's candidates elsewhere would name the whole line `line`.
  private func mayMatch(_ line: LineText) -> Bool {
    if case .regex(_, .literal(let finder)) = method {
      return unsafe finder.next(line.base, from: 0, end: line.end) >= 0
    }
    guard let candidateFinder else { return true }
    let bytes = line.copy(0, line.end) + [UInt8](repeating: newline, count: CandidateFinder.slack)
    return unsafe bytes.withUnsafeBytes { bytes in
      let list = CandidateList()
      return unsafe !candidateFinder.find(in: bytes.baseAddress!, line.end, into: list)
        || list.lines.contains { $0.id == id }
    }
  }

  /// - Parameter offset: Where the line starts in which the pattern failed.
  private func error(_ reason: String, offset: UInt64) -> AnalysisError {
    AnalysisError(
      offset: offset,
      reason: "pattern \(id + 1) cannot be decided in the line that starts here (\(reason)); "
        + "write it with fewer nested repeats")
  }
}
