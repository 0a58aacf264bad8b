import ScanEngine

/// A line of a region in which a pattern matches.
struct MatchingLine {
  /// Where the line starts and where its newline stands, in the region.
  let range: Range<Int>
  let id: Int
}

/// The lines of one region in which patterns match, as they are found.
struct MatchingLines {
  let region: Region
  let form: SearchForm
  let bounds: SearchBounds
  let space: MatchSpace
  private(set) var lines: [MatchingLine] = []
  /// Number of lines that were found.
  private(set) var count = 0
  /// Whether ``lines`` is wanted, or only ``count``.
  let keepsLines: Bool
  /// Whether so many lines of several patterns were found that a smaller region should be looked at.
  var isFull: Bool { lines.count > MatchingLines.limit }
  private static var limit: Int { 1 << 18 }
  /// Whether a match was cut that could have been longer than a match may be.
  var isTruncated = false

  init(
    _ region: Region, _ form: SearchForm, _ bounds: SearchBounds, _ space: MatchSpace,
    keepsLines: Bool
  ) {
    self.keepsLines = keepsLines
    self.region = region
    self.form = form
    self.bounds = bounds
    self.space = space
  }

  /// Up to which column a match is expected where the last one was.
  private static var columnLimit: Int { 64 }

  /// The line that starts at `start`, up to its newline.
  @inline(__always)
  private func line(from start: Int) -> Range<Int> {
    unsafe start..<firstNewline(region.base, start, region.byteCount)
  }

  /// Where the text of a line ends that goes up to its newline at `end`.
  @inline(__always)
  private func textEnd(_ start: Int, _ end: Int) -> Int {
    unsafe form.endsLinesWithCRLF && end > start && end < region.byteCount
      && region.base.load(fromByteOffset: end - 1, as: UInt8.self) == UInt8(ascii: "\r")
      ? end - 1 : end
  }

  /// The text of a line for patterns to look at.
  func text(_ range: Range<Int>) -> LineText {
    region.line(
      range.lowerBound, textEnd(range.lowerBound, range.upperBound), newlinesBefore: 0)
  }

  /// Finds the lines in which one pattern matches, in ascending order.
  mutating func collect(_ pattern: CompiledPattern) throws(AnalysisError) {
    switch pattern.method {
    case .literal(let finder):
      var position = 0
      while true {
        let hit = unsafe pattern.next(
          finder, region.base, from: position, end: region.byteCount, readable: region.byteCount)
        guard hit >= 0 else { return }
        let line = lineAround(hit, after: position)
        // Under CRLF a needle that ends in a return may reach out of the line's text.
        if hit + finder.needle.count <= textEnd(line.lowerBound, line.upperBound) {
          note(line, pattern)
        }
        position = line.upperBound + 1
      }
    case .regex(_, .literal(let finder)):
      var position = 0
      while true {
        let hit = unsafe finder.next(region.base, from: position, end: region.byteCount)
        guard hit >= 0 else { return }
        let line = lineAround(hit, after: position)
        try add(line, pattern, hint: hit)
        position = line.upperBound + 1
      }
    case .regex(let regex, .confined): try collectConfined(pattern, regex)
    case .bytes, .regex(_, .everyLine): try collectEveryLine(pattern, from: 0)
    }
  }

  @inline(__always)
  private mutating func note(_ line: Range<Int>, _ pattern: CompiledPattern) {
    count += 1
    if keepsLines { lines.append(MatchingLine(range: line, id: pattern.id)) }
  }

  /// Puts the lines of several patterns into order.
  mutating func sort() {
    lines.sort { ($0.range.lowerBound, $0.id) < ($1.range.lowerBound, $1.id) }
  }

  /// Adds a line if the pattern matches in it.
  ///
  /// - Parameter hint: Where the string stands in the region that every match holds.
  mutating func add(
    _ line: Range<Int>, _ pattern: CompiledPattern, hint: Int? = nil
  ) throws(AnalysisError) {
    var text = text(line)
    if pattern.isUnicode { text = text.stretched(upTo: text.end, isLineEnd: true) }
    if let hint, let lead = pattern.lead, hint < line.lowerBound + text.end {
      // Any match will do; if there is none here, the whole line is looked at.
      let from = lead.start(text, hint - line.lowerBound)
      if from > 0, case .match? = try? next(pattern, text, from: from) {
        return note(line, pattern)
      }
    }
    if case .match = try next(pattern, text, from: 0) { note(line, pattern) }
  }

  private mutating func next(
    _ pattern: CompiledPattern, _ text: LineText, from: Int
  ) throws(AnalysisError) -> NextMatch {
    try pattern.nextMatch(
      text, from: from, upTo: text.end, isLineEnd: true, bounds, space, &isTruncated)
  }

  private func lineAround(_ hit: Int, after start: Int) -> Range<Int> {
    unsafe lastNewline(region.base, start, hit)
      + 1..<firstNewline(
        region.base, hit, region.byteCount)
  }

  private mutating func collectEveryLine(
    _ pattern: CompiledPattern, from first: Int
  ) throws(AnalysisError) {
    var start = first
    while start < region.byteCount {
      let line = line(from: start)
      try add(line, pattern)
      start = line.upperBound + 1
    }
  }

  /// Whether the line that starts at `start` has a match at a column.
  @inline(__always)
  private func isAsExpected(_ ranges: ByteRangeSequence, at start: Int, _ column: Int) -> Bool {
    guard start + column + 16 <= region.byteCount,
      unsafe ranges.matches(region.base + start + column)
    else { return false }
    return unsafe firstNewline(region.base, start, start + column) == start + column
  }

  /// Searches all lines with one subject that has newlines in it.
  private mutating func collectConfined(
    _ pattern: CompiledPattern, _ regex: LineRegex
  ) throws(AnalysisError) {
    let isOneText = unsafe !pattern.isUnicode || isValidUTF8(region.base, region.byteCount)
    guard isOneText, !region.hasLine(longerThan: regex.freeByteCount) else {
      return try collectEveryLine(pattern, from: 0)
    }
    let subject = unsafe region.base.assumingMemoryBound(to: UInt8.self)
    // The last newline ends the last line; behind it there is no further one.
    let count = unsafe region.byteCount - (subject[region.byteCount - 1] == newline ? 1 : 0)
    var position = 0
    // Where in its line the last match was: in many files the next one is there too.
    var column = -1
    let ranges = pattern.ranges
    space.beginText()
    while position <= count {
      if let ranges, column >= 0, isAsExpected(ranges, at: position, column) {
        let line = line(from: position)
        note(line, pattern)
        position = line.upperBound + 1
        continue
      }
      switch unsafe regex.match(
        subject, count, from: position, hasShortLines: true, in: space)
      {
      case .match(let start, _):
        let line = lineAround(start, after: position)
        note(line, pattern)
        column = start - line.lowerBound < MatchingLines.columnLimit ? start - line.lowerBound : -1
        position = line.upperBound + 1
      case .none, .partial:
        return
      case .failure:
        // Line by line the failure shows again, and with it the line that causes it.
        return try collectEveryLine(
          pattern, from: unsafe lastNewline(region.base, 0, position) + 1)
      }
    }
  }
}
