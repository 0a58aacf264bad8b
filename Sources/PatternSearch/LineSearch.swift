public import ScanEngine

/// Searches lines for patterns and counts matching lines and matches of each.
///
/// A line is the bytes between newlines; a return is an ordinary byte. The answer is what searching
/// each line on its own gives: `^` and `$` are the ends of a line, and no match reaches over a
/// newline. Each pattern is counted on its own.
///
/// A line of any length is searched in a few megabytes of memory. In lines of more than 1 MiB a
/// match of a regular expression may span 1 MiB; ``PatternMatches/truncatedMatches`` says when a
/// longer one was cut. Literals are exact at any length.
public struct LineSearch: MergeableAnalyzer, ListingAnalyzer {
  /// What was found of each pattern, in the order of the patterns.
  public typealias Output = [PatternMatches]

  private let patternSet: PatternSet
  private let bounds: SearchBounds
  private var found: [PatternMatches]
  /// Number of newlines in the window, as long as numbers of lines are still needed.
  private var newlines: UInt64 = 0
  /// The line at the end of the window that goes on behind it.
  private var openLine: OpenLine?
  private var hasSeenBytes = false
  /// Whether the patterns matched so often that the candidate finder does not pay. Concerns speed
  /// only.
  private var bypassesFinder = false

  /// - Parameters:
  ///   - set: What to search for.
  ///   - shownLimit: How many matches of each pattern to keep for showing; 0 or more.
  public init(_ set: PatternSet, shownLimit: Int = 10) {
    self.init(
      set, shownLimit: shownLimit, segmentByteCount: 1 << 20, maxMatchByteCount: 1 << 20)
  }

  /// - Parameters:
  ///   - segmentByteCount: Lines with more bytes are searched in pieces of this size; at least 1.
  ///   - maxMatchByteCount: How many bytes a regular expression's match may span in such lines.
  package init(
    _ set: PatternSet, shownLimit: Int, segmentByteCount: Int, maxMatchByteCount: Int
  ) {
    precondition(shownLimit >= 0 && segmentByteCount > 0 && maxMatchByteCount > 0)
    patternSet = set
    bounds = SearchBounds(
      shownLimit: shownLimit, segmentByteCount: segmentByteCount,
      maxMatchByteCount: maxMatchByteCount)
    found = set.patterns.indices.map { PatternMatches(id: $0) }
  }

  public init(_ set: PatternSet, options: Options) {
    self.init(set, shownLimit: options.shownLimit)
  }

  public mutating func takeListing() -> [LineBatch] { [] }

  public var throughput: Double { patternSet.throughput }

  public var isOpen: Bool { openLine != nil }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    let space = patternSet.needsSpace ? patternSet.pool.take() : nil
    defer { if let space { patternSet.pool.putBack(space) } }

    hasSeenBytes = true
    var start = 0
    if openLine != nil {
      start = try takeOpenLine(tile, space)
    } else if let before = tile.precedingByte, before != newline {
      // The line belongs to the window that holds its first byte.
      start = tile.bytes.firstIndex(of: newline).map { $0 + 1 } ?? tile.byteCount
    }
    if start < tile.byteCount { try searchLines(tile, from: start, space) }
    if needsLineNumbers { newlines += UInt64(tile.bytes.count(of: newline)) }
  }

  public mutating func readOn(_ tile: borrowing Tile) throws(AnalysisError) {
    guard openLine != nil else { return }
    let space = patternSet.needsSpace ? patternSet.pool.take() : nil
    defer { if let space { patternSet.pool.putBack(space) } }
    _ = try takeOpenLine(tile, space)
  }

  public mutating func merge(_ next: consuming LineSearch) {
    guard next.hasSeenBytes else { return }
    hasSeenBytes = true
    precondition(openLine == nil, "a window's last line was not read to its end")
    for id in found.indices {
      found[id].merge(next.found[id], newlines: newlines, shownLimit: bounds.shownLimit)
    }
    openLine = next.openLine
    openLine?.newlinesBefore += newlines
    newlines += next.newlines
  }

  public consuming func finalize() throws(AnalysisError) -> [PatternMatches] {
    if openLine != nil {
      let space = patternSet.needsSpace ? patternSet.pool.take() : nil
      defer { if let space { patternSet.pool.putBack(space) } }
      try finishOpenLine(space)
    }
    return found
  }

  /// Whether a match that is still to come may be shown.
  private var needsLineNumbers: Bool {
    bounds.shownLimit > 0 && found.contains { $0.shown.count < bounds.shownLimit }
  }

  /// Searches the whole lines of a tile from the line start `start` on, and opens the line after
  /// them.
  private mutating func searchLines(
    _ tile: borrowing Tile, from start: Int, _ space: MatchSpace?
  ) throws(AnalysisError) {
    let slack = tile.after.byteCount
    let newlinesBefore =
      start > 0 && needsLineNumbers
      ? newlines + UInt64(tile.bytes.extracting(0..<start).count(of: newline)) : newlines
    let offset = tile.offset
    let isLast = tile.isLast
    try unsafe tile.bytes.withUnsafeBytes { bytes throws(AnalysisError) in
      let base = bytes.baseAddress!
      let end = isLast ? bytes.count : unsafe lastNewline(base, start, bytes.count) + 1
      if start < end {
        let region = unsafe Region(
          base: base + start, byteCount: end - start, offset: offset + UInt64(start),
          newlinesBefore: newlinesBefore)
        try search(region, slack: slack + bytes.count - end, space)
      }
      if end < bytes.count {
        let seen = unsafe Region(
          base: base, byteCount: end, offset: offset, newlinesBefore: newlines)
        var numbering = LineNumbering(seen)
        let before = needsLineNumbers ? numbering.newlines(before: end, in: seen) : newlines
        openLine = OpenLine(
          offset: offset + UInt64(end), newlinesBefore: before,
          segmentByteCount: bounds.segmentByteCount)
        unsafe try append(unsafe UnsafeRawBufferPointer(rebasing: bytes[end...]), space)
      }
    }
  }

  /// - Parameter slack: Number of readable bytes after the region.
  private mutating func search(
    _ region: Region, slack: Int, _ space: MatchSpace?
  ) throws(AnalysisError) {
    var finderEnd = 0
    if let finder = patternSet.finder, let space, !bypassesFinder {
      // What is left without enough readable bytes behind it is searched without the finder.
      finderEnd = region.byteCount
      if slack < CandidateFinder.slack {
        finderEnd =
          unsafe lastNewline(
            region.base, 0, max(0, region.byteCount + slack - CandidateFinder.slack)) + 1
      }
      if finderEnd > 0 {
        let head = region.extracting(0..<finderEnd)
        if unsafe finder.find(in: head.base, head.byteCount, into: space.candidates) {
          try decide(space.candidates.lines, head, space)
        } else {
          finderEnd = 0
          bypassesFinder = true
        }
      }
    }
    for id in patternSet.unaidedIDs {
      try patternSet.compiled[id].search(region, &found[id], bounds, space)
    }
    if let finder = patternSet.finder, finderEnd < region.byteCount {
      let rest = region.extracting(finderEnd..<region.byteCount)
      for id in finder.ids {
        try patternSet.compiled[id].search(rest, &found[id], bounds, space)
      }
    }
  }

  private mutating func decide(
    _ candidates: [Candidate], _ region: Region, _ space: MatchSpace
  ) throws(AnalysisError) {
    var numbering = LineNumbering(region)
    for candidate in candidates {
      try patternSet.compiled[candidate.id].searchLine(
        candidate.range, region, &numbering, &found[candidate.id], bounds, space)
    }
  }

  /// Takes the bytes of a tile that belong to the open line.
  ///
  /// - Returns: The index after them and after the newline.
  private mutating func takeOpenLine(
    _ tile: borrowing Tile, _ space: MatchSpace?
  ) throws(AnalysisError) -> Int {
    let end = tile.bytes.firstIndex(of: newline)
    try unsafe tile.bytes.withUnsafeBytes { bytes throws(AnalysisError) in
      unsafe try append(
        unsafe UnsafeRawBufferPointer(rebasing: bytes[..<(end ?? bytes.count)]), space)
    }
    if end != nil || tile.isLast { try finishOpenLine(space) }
    return end.map { $0 + 1 } ?? tile.byteCount
  }

  private mutating func append(
    _ bytes: UnsafeRawBufferPointer, _ space: MatchSpace?
  ) throws(AnalysisError) {
    guard var line = openLine else { return }
    // While it is taken out, the line's bytes have one owner and are not copied.
    openLine = nil
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let count = unsafe min(line.missing, rest.count)
      unsafe line.held.append(contentsOf: rest.prefix(count))
      unsafe rest = rest.dropFirst(count)
      if line.missing == 0 {
        line.cursors = try searchHeld(line, upTo: line.boundary, isLineEnd: false, space)
        line.boundary += bounds.segmentByteCount
        line.trim(patternSet.compiled)
      }
    }
    openLine = line
  }

  private mutating func finishOpenLine(_ space: MatchSpace?) throws(AnalysisError) {
    guard var line = openLine else { return }
    openLine = nil
    let end = line.heldEnd
    if line.cursors.isEmpty && end <= bounds.segmentByteCount {
      // A whole line is a region like any other; with many patterns the finder saves most of them.
      line.held.append(contentsOf: repeatElement(0, count: CandidateFinder.slack))
      let bytes = unsafe line.held.span.bytes
      return try unsafe bytes.withUnsafeBytes { held throws(AnalysisError) in
        try unsafe search(
          Region(
            base: held.baseAddress!, byteCount: end, offset: line.offset,
            newlinesBefore: line.newlinesBefore), slack: CandidateFinder.slack, space)
      }
    }
    while line.boundary < end {
      line.cursors = try searchHeld(line, upTo: line.boundary, isLineEnd: false, space)
      line.boundary += bounds.segmentByteCount
    }
    _ = try searchHeld(line, upTo: end, isLineEnd: true, space)
  }

  /// - Returns: How far each pattern has come.
  private mutating func searchHeld(
    _ line: OpenLine, upTo boundary: Int, isLineEnd: Bool, _ space: MatchSpace?
  ) throws(AnalysisError) -> [LineCursor] {
    var cursors =
      line.cursors.isEmpty
      ? [LineCursor](repeating: LineCursor(), count: patternSet.compiled.count) : line.cursors
    let bytes = unsafe line.held.span.bytes
    try unsafe bytes.withUnsafeBytes { held throws(AnalysisError) in
      let text = unsafe LineText(
        // An empty line has no bytes, but needs an address to be searched at.
        base: held.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!, start: line.heldStart,
        end: line.heldStart + held.count, offset: line.offset, newlinesBefore: line.newlinesBefore)
      for pattern in patternSet.compiled {
        try pattern.search(
          text, upTo: boundary, isLineEnd: isLineEnd, &cursors[pattern.id], &found[pattern.id],
          bounds, space)
      }
    }
    return cursors
  }
}

extension Region {
  /// The lines `range` of the region; `range` starts at a line's start.
  fileprivate func extracting(_ range: Range<Int>) -> Region {
    var numbering = LineNumbering(self)
    return unsafe Region(
      base: base + range.lowerBound, byteCount: range.count,
      offset: offset + UInt64(range.lowerBound),
      newlinesBefore: numbering.newlines(before: range.lowerBound, in: self))
  }
}
