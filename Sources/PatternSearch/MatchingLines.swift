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
  var lines: [MatchingLine] = []
  /// Whether a match was cut that could have been longer than a match may be.
  var isTruncated = false

  init(_ region: Region, _ form: SearchForm, _ bounds: SearchBounds, _ space: MatchSpace) {
    self.region = region
    self.form = form
    self.bounds = bounds
    self.space = space
  }

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
          lines.append(MatchingLine(range: line, id: pattern.id))
        }
        position = line.upperBound + 1
      }
    case .regex(_, .literal(let finder)):
      var position = 0
      while true {
        let hit = unsafe finder.next(region.base, from: position, end: region.byteCount)
        guard hit >= 0 else { return }
        let line = lineAround(hit, after: position)
        try add(line, pattern)
        position = line.upperBound + 1
      }
    case .regex(let regex, .confined): try collectConfined(pattern, regex)
    case .bytes, .regex(_, .everyLine): try collectEveryLine(pattern, from: 0)
    }
  }

  /// Adds a line if the pattern matches in it.
  mutating func add(_ line: Range<Int>, _ pattern: CompiledPattern) throws(AnalysisError) {
    var text = text(line)
    if pattern.isUnicode { text = text.stretched(upTo: text.end, isLineEnd: true) }
    let next = try pattern.nextMatch(
      text, from: 0, upTo: text.end, isLineEnd: true, bounds, space, &isTruncated)
    if case .match = next { lines.append(MatchingLine(range: line, id: pattern.id)) }
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

  /// Searches all lines with one subject that has newlines in it.
  private mutating func collectConfined(
    _ pattern: CompiledPattern, _ regex: LineRegex
  ) throws(AnalysisError) {
    if pattern.isUnicode, unsafe !isValidUTF8(region.base, region.byteCount) {
      return try collectEveryLine(pattern, from: 0)
    }
    let subject = unsafe region.base.assumingMemoryBound(to: UInt8.self)
    // The last newline ends the last line; behind it there is no further one.
    let count = unsafe region.byteCount - (subject[region.byteCount - 1] == newline ? 1 : 0)
    var position = 0
    space.beginText()
    while position <= count {
      switch unsafe regex.match(subject, count, from: position, in: space) {
      case .match(let start, _):
        let line = lineAround(start, after: position)
        lines.append(MatchingLine(range: line, id: pattern.id))
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
