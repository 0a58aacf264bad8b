import ScanEngine

extension CompiledPattern {
  /// The first match in a line that starts at or after `from` and is decided by the bytes before
  /// `boundary`.
  ///
  /// - Parameters:
  ///   - line: Holds ``lookbehind`` bytes before `from`, or the line's start.
  ///   - isLineEnd: Whether the line ends at `boundary`. If not, `line` holds more bytes after it.
  ///   - isTruncated: Set if a match was cut that could have been longer than a match may be.
  func nextMatch(
    _ line: LineText, from: Int, upTo boundary: Int, isLineEnd: Bool, _ bounds: SearchBounds,
    _ space: MatchSpace?, _ isTruncated: inout Bool
  ) throws(AnalysisError) -> NextMatch {
    if from > boundary || !isLineEnd && from == boundary { return .none(before: from) }
    let exhausted = NextMatch.none(before: isLineEnd ? Int.max : boundary)
    switch method {
    case .literal(let finder):
      let count = finder.needle.count
      let hit = unsafe next(
        finder, line.base, from: from - line.start, end: boundary - line.start,
        readable: line.end - line.start)
      if hit >= 0 { return .match(line.start + hit, line.start + hit + count) }
      // An occurrence that ends behind the boundary can start no earlier than this.
      return isLineEnd ? exhausted : .none(before: max(from, boundary - count + 1))
    case .bytes(let table, _):
      for position in from..<boundary where table[Int(line.byte(at: position))] != 0 {
        return .match(position, position + 1)
      }
      return exhausted
    case .regex(let regex, _):
      return try nextMatch(
        of: regex, line, from, boundary, isLineEnd, bounds, space!, &isTruncated)
    }
  }

  private func nextMatch(
    of regex: LineRegex, _ line: LineText, _ from: Int, _ boundary: Int, _ isLineEnd: Bool,
    _ bounds: SearchBounds, _ space: MatchSpace, _ isTruncated: inout Bool
  ) throws(AnalysisError) -> NextMatch {
    var from = from
    if let narrowed = skip(line, from, boundary, isLineEnd) {
      if case .none = narrowed { return narrowed }
      from = narrowed.start
    }
    let end = isLineEnd ? boundary : pieceEnd(boundary, in: line)
    if end < from || !isLineEnd && end == from { return .none(before: from) }
    space.beginText()
    guard isUnicode, let stretches = line.stretches(from: from) else {
      return try nextMatch(
        of: regex, line, line.start..<end, from, isLineEnd: isLineEnd, goesOn: !isLineEnd, bounds,
        space, &isTruncated)
    }
    for stretch in stretches {
      let isLast = stretch.upperBound == end
      let next = try nextMatch(
        of: regex, line, stretch, max(from, stretch.lowerBound), isLineEnd: isLineEnd && isLast,
        goesOn: !isLineEnd && isLast, bounds, space, &isTruncated)
      if case .match = next { return next }
      if isLast { return next }
    }
    return .none(before: isLineEnd ? Int.max : end)
  }

  /// The same in a stretch of the line.
  ///
  /// - Parameters:
  ///   - isLineEnd: Whether the line ends where the stretch does.
  ///   - goesOn: Whether more bytes may belong to the stretch.
  private func nextMatch(
    of regex: LineRegex, _ line: LineText, _ stretch: Range<Int>, _ from: Int, isLineEnd: Bool,
    goesOn: Bool, _ bounds: SearchBounds, _ space: MatchSpace, _ isTruncated: inout Bool
  ) throws(AnalysisError) -> NextMatch {
    var from = from
    let subject = unsafe (line.base + (stretch.lowerBound - line.start)).assumingMemoryBound(
      to: UInt8.self)
    let first = stretch.lowerBound
    var result = unsafe regex.match(
      subject, stretch.count, from: from - first, isPartial: goesOn, isLineStart: first == 0,
      isLineEnd: isLineEnd, in: space)
    if case .partial(let start) = result {
      // Nothing that starts before it matches; whether it does, the next bytes decide.
      from = max(from, start + first)
      if stretch.upperBound - from < bounds.maxMatchByteCount { return .none(before: from) }
      isTruncated = true
      result = unsafe regex.match(
        subject, stretch.count, from: from - first, isLineStart: first == 0, isLineEnd: false,
        in: space)
    }
    switch result {
    case .match(let start, let end):
      return .match(start + first, max(start, end) + first)
    case .none, .partial:
      return .none(before: isLineEnd ? Int.max : stretch.upperBound)
    case .failure(let reason):
      // Whether a line is searched at all depends on who finds candidates, and that on where tiles
      // fall. Whether it fails must not: a line that no finder would name has no match.
      let isWhole = line.start == 0 && line.end <= bounds.segmentByteCount
      guard isWhole, !mayMatch(line) else { throw error(reason, offset: line.offset) }
      return .none(before: Int.max)
    }
  }

  /// In a long text, what the absence of a string that every match holds says.
  ///
  /// - Returns: Where to begin; nil if nothing is known.
  private func skip(
    _ line: LineText, _ from: Int, _ boundary: Int, _ isLineEnd: Bool
  ) -> NextMatch? {
    guard boundary - from > CompiledPattern.skipByteCount, let width = greatestWidth,
      case .regex(_, .literal(let finder)) = method
    else { return nil }
    let hit = unsafe finder.next(
      line.base, from: from - line.start, end: boundary - line.start)
    if hit >= 0 { return .match(max(from, hit + line.start - width), 0) }
    return .none(before: isLineEnd ? Int.max : max(from, boundary - width + 1))
  }

  /// Below this, looking first costs more than it saves.
  private static var skipByteCount: Int { 4096 }

  /// Where to end a piece of a line that goes on, at or before `boundary`: no character is cut in two,
  /// nor a line's end of two bytes.
  func pieceEnd(_ boundary: Int, in line: LineText) -> Int {
    if endsLinesWithCRLF, isBetweenCRLF(boundary, line) { return boundary - 1 }
    return isUnicode ? line.characterStart(boundary) : boundary
  }

  private func isBetweenCRLF(_ index: Int, _ line: LineText) -> Bool {
    index > line.start && index < line.end && line.byte(at: index) == newline
      && line.byte(at: index - 1) == UInt8(ascii: "\r")
  }

  /// Where the search goes on after an empty match at `index`.
  func index(after index: Int, in line: LineText) -> Int {
    var next = index + 1
    if endsLinesWithCRLF, isBetweenCRLF(next, line) { return next + 1 }
    guard isUnicode else { return next }
    while next < min(line.end, index + 4), line.byte(at: next) & 0xC0 == 0x80 { next += 1 }
    return next
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
      if unsafe hit < 0 || isBounded(hit, hit + finder.needle.count, base, readable) { return hit }
      start = hit + 1
    }
  }

  /// Whether a match of a literal is a word, if the pattern asks for one.
  ///
  /// - Parameter readable: How many bytes there are at `base`; what lies outside them is no word.
  @inline(__always)
  func isBounded(_ start: Int, _ end: Int, _ base: UnsafeRawPointer, _ readable: Int) -> Bool {
    unsafe !matchesWords
      || (start == 0 || !isWordByte(base.load(fromByteOffset: start - 1, as: UInt8.self)))
        && (end == readable || !isWordByte(base.load(fromByteOffset: end, as: UInt8.self)))
  }

  /// Whether what finds this pattern's candidates elsewhere would name the whole line `line`.
  private func mayMatch(_ line: LineText) -> Bool {
    if case .regex(_, .literal(let finder)) = method {
      return unsafe finder.next(line.base, from: 0, end: line.end) >= 0
    }
    guard let candidateFinder else { return true }
    let bytes = line.copy(0, line.end) + [UInt8](repeating: newline, count: CandidateList.slack)
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
