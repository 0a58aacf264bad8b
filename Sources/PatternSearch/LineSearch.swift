public import ScanEngine

/// Searches lines for patterns: counts and lists matching lines, and matches.
///
/// A line is the bytes between newlines; a return is an ordinary byte, unless the form of the patterns
/// says otherwise. The answer is what searching each line on its own gives: `^` and `$` are the ends of
/// a line, and no match reaches over a newline.
///
/// A line of any length is searched in a few megabytes of memory, and some for each match that is listed
/// or shown. In lines of more than 1 MiB a
/// match of a regular expression may span ``Options/maxMatchByteCount``; ``PatternMatches/truncatedMatches`` says when a
/// longer one was cut. Literals are exact at any length.
public struct LineSearch: MergeableAnalyzer, ListingAnalyzer {
  /// What was found: one element for each pattern, in their order, or a single one if patterns are
  /// alternatives.
  public typealias Output = [PatternMatches]
  /// Selected lines, in the order of the input, as far as they are wanted.
  public typealias Listing = [LineBatch]

  let patternSet: PatternSet
  let options: Options
  let bounds: SearchBounds
  /// Patterns that select lines together; the index is that of `found`.
  let groups: [[CompiledPattern]]
  var found: [PatternMatches]
  /// What was selected and not listed yet. The last one takes what comes.
  private var batches: [LineBatch] = []
  var batch = LineBatch()
  /// Number of newlines in the window, as long as numbers of lines are still needed.
  private var newlines: UInt64 = 0
  /// The line at the end of the window that goes on behind it.
  private var openLine: OpenLine?
  private var hasSeenBytes = false
  /// Whether the patterns matched so often that the candidate finder does not pay. Concerns speed
  /// only.
  private var bypassesFinder = false

  /// Counts the matches and the matching lines of each pattern.
  ///
  /// - Parameters:
  ///   - set: What to search for.
  ///   - shownLimit: How many matches of each pattern to keep for showing; 0 or more.
  public init(_ set: PatternSet, shownLimit: Int = 10) {
    var options = Options()
    options.shownLimit = shownLimit
    self.init(set, options: options)
  }

  /// - Parameters:
  ///   - set: What to search for.
  ///   - options: What to find out.
  public init(_ set: PatternSet, options: Options) {
    precondition(
      options.shownLimit >= 0 && options.segmentByteCount > 0 && options.maxMatchByteCount > 0)
    patternSet = set
    self.options = options
    bounds = SearchBounds(
      shownLimit: options.shownLimit, segmentByteCount: options.segmentByteCount,
      maxMatchByteCount: options.maxMatchByteCount)
    groups = options.isByPattern ? set.compiled.map { [$0] } : [set.alternatives]
    found = groups.indices.map { PatternMatches(id: $0, density: options.density) }
  }

  public var throughput: Double { patternSet.throughput }

  public var toleratesGaps: Bool { true }

  public var takesLinesEarly: Bool { !patternSet.form.spansLines }

  public var isOpen: Bool { openLine != nil && !isSettled }

  public var isSettled: Bool {
    guard let limit = options.lineLimit else { return false }
    return found.allSatisfy { $0.lines >= limit }
  }

  public mutating func takeListing() -> [LineBatch] {
    var listing = batches + [batch]
    batches = []
    let (decidedTo, matches) = (batch.decidedTo, batch.matches)
    batch = LineBatch()
    batch.decidedTo = decidedTo
    if patternSet.form.spansLines, groups.count > 1, openLine != nil {
      // What one pattern has found may come after what another has yet to find.
      batch.matches = matches.filter { $0.offset >= decidedTo }
      listing[listing.count - 1].matches = matches.filter { $0.offset < decidedTo }
    }
    return listing
  }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    let space = patternSet.pool.take()
    defer { patternSet.pool.putBack(space) }

    hasSeenBytes = true
    if patternSet.form.spansLines {
      try takeText(tile, space)
      return
    }
    var start = 0
    if openLine != nil {
      start = try takeOpenLine(tile, space)
    } else if let before = tile.precedingByte, before != newline {
      // The line belongs to the window that holds its first byte.
      start = tile.bytes.firstIndex(of: newline).map { $0 + 1 } ?? tile.byteCount
    }
    if start > 0, needsLineNumbers {
      newlines += UInt64(tile.bytes.extracting(0..<start).count(of: newline))
    }
    if start < tile.byteCount { try searchLines(tile, from: start, space) }
    batch.decidedTo = openLine?.offset ?? tile.endOffset
  }

  public mutating func readOn(_ tile: borrowing Tile) throws(AnalysisError) {
    guard openLine != nil else { return }
    let space = patternSet.pool.take()
    defer { patternSet.pool.putBack(space) }
    _ = try takeOpenLine(tile, space)
    if openLine == nil { batch.decidedTo = max(batch.decidedTo, tile.offset) }
  }

  public mutating func merge(_ next: consuming LineSearch) {
    guard next.hasSeenBytes, !isSettled else { return }
    hasSeenBytes = true
    precondition(openLine == nil, "a window's last line was not read to its end")
    for id in found.indices {
      found[id].merge(next.found[id], newlines: newlines, shownLimit: bounds.shownLimit)
    }
    // A line may end behind the window that comes next.
    let decidedTo = max(batch.decidedTo, next.batch.decidedTo)
    if options.listing != .nothing {
      if !batch.blocks.isEmpty { batches.append(batch) }
      for var batch in next.batches {
        batch.newlinesBefore += newlines
        batches.append(batch)
      }
      batch = next.batch
      batch.newlinesBefore += newlines
    }
    batch.decidedTo = decidedTo
    openLine = next.openLine
    openLine?.newlinesBefore += newlines
    newlines += next.newlines
  }

  public consuming func finalize() throws(AnalysisError) -> [PatternMatches] {
    // What is left of a line does not matter if all is decided.
    if openLine != nil, !isSettled {
      let space = patternSet.pool.take()
      defer { patternSet.pool.putBack(space) }
      try finishOpenLine(space, hasNewline: false)
    }
    return found
  }

  /// Whether the number of a line that is still to come may be told.
  var needsLineNumbers: Bool {
    options.numbersLines
      || bounds.shownLimit > 0 && found.contains { $0.shown.count < bounds.shownLimit }
  }

  // MARK: Whole lines

  /// Searches the whole lines of a tile from the line start `start` on, and opens the line after
  /// them.
  private mutating func searchLines(
    _ tile: borrowing Tile, from start: Int, _ space: MatchSpace
  ) throws(AnalysisError) {
    let slack = tile.after.byteCount
    let offset = tile.offset
    let isLast = tile.isLast
    try unsafe tile.bytes.withUnsafeBytes { bytes throws(AnalysisError) in
      let base = bytes.baseAddress!
      let end = isLast ? bytes.count : unsafe lastNewline(base, start, bytes.count) + 1
      if start < end {
        let region = unsafe Region(
          base: base + start, byteCount: end - start, offset: offset + UInt64(start),
          newlinesBefore: newlines)
        var numbering = LineNumbering(region, isWanted: needsLineNumbers)
        try search(region, slack: slack + bytes.count - end, &numbering, space)
        if needsLineNumbers {
          newlines = numbering.newlines(before: region.byteCount, in: region)
        }
      }
      if end < bytes.count {
        openLine = OpenLine(
          offset: offset + UInt64(end), newlinesBefore: newlines, groupCount: groups.count,
          segmentByteCount: bounds.segmentByteCount)
        unsafe try append(unsafe UnsafeRawBufferPointer(rebasing: bytes[end...]), space)
      }
    }
  }

  /// Searches whole lines.
  ///
  /// - Parameter slack: Number of readable bytes after the region.
  private mutating func search(
    _ region: Region, slack: Int, _ numbering: inout LineNumbering, _ space: MatchSpace
  ) throws(AnalysisError) {
    guard region.byteCount <= bounds.segmentByteCount else {
      return try searchLineByLine(region, slack: slack, &numbering, space)
    }
    var candidates: [Candidate]?
    if let finder = patternSet.finder, !bypassesFinder {
      if slack < CandidateList.slack {
        // What is left without enough readable bytes behind it is searched without the finder.
        let end =
          unsafe lastNewline(
            region.base, 0, max(0, region.byteCount + slack - CandidateList.slack)) + 1
        if end > 0 {
          let (head, rest) = region.split(at: end)
          try search(head, slack: slack + rest.byteCount, &numbering, space)
          var numbering = LineNumbering(rest)
          return try search(rest, slack: slack, &numbering, space)
        }
      } else if unsafe finder.find(in: region.base, region.byteCount, into: space.candidates) {
        candidates = space.candidates.lines
      } else if space.candidates.isFull, let (first, second) = region.halves {
        try search(first, slack: slack + second.byteCount, &numbering, space)
        var numbering = LineNumbering(second)
        return try search(second, slack: slack, &numbering, space)
      } else {
        bypassesFinder = true
      }
    }
    guard countsEachMatch else { return try select(region, candidates, &numbering, space) }
    if let candidates { try count(candidates, region, &numbering, space) }
    for pattern in patternSet.compiled where candidates == nil || pattern.candidateFinder == nil {
      try pattern.search(region, &numbering, &found[pattern.id], bounds, space)
    }
  }

  /// Whether each pattern is alone and its matches are counted, and nothing else is asked.
  private var countsEachMatch: Bool {
    options.isByPattern && options.countsMatches && options.listing == .nothing
      && !options.isInverted && !patternSet.form.endsLinesWithCRLF
  }

  /// Lines that are searched in pieces get the same pieces everywhere.
  private mutating func searchLineByLine(
    _ region: Region, slack: Int, _ numbering: inout LineNumbering, _ space: MatchSpace
  ) throws(AnalysisError) {
    var start = 0
    while start < region.byteCount {
      let end = unsafe firstNewline(region.base, start, region.byteCount)
      let newlines = needsLineNumbers ? numbering.newlines(before: start, in: region) : 0
      let hasNewline = end < region.byteCount
      if end - start <= bounds.segmentByteCount {
        let next = end + (hasNewline ? 1 : 0)
        let line = unsafe Region(
          base: region.base + start, byteCount: next - start,
          offset: region.offset + UInt64(start), newlinesBefore: newlines)
        // A line with its newline may be longer than a piece, and is one all the same.
        if line.byteCount > bounds.segmentByteCount {
          try searchInPieces(line, lineEnd: end - start, hasNewline: hasNewline, space)
        } else {
          var numbering = LineNumbering(line)
          try search(line, slack: slack + region.byteCount - next, &numbering, space)
        }
      } else {
        let line = unsafe Region(
          base: region.base + start, byteCount: end - start,
          offset: region.offset + UInt64(start), newlinesBefore: newlines)
        try searchInPieces(line, lineEnd: end - start, hasNewline: hasNewline, space)
      }
      start = end + 1
    }
  }

  private mutating func searchInPieces(
    _ region: Region, lineEnd: Int, hasNewline: Bool, _ space: MatchSpace
  ) throws(AnalysisError) {
    var line = OpenLine(
      offset: region.offset, newlinesBefore: region.newlinesBefore, groupCount: groups.count,
      segmentByteCount: bounds.segmentByteCount)
    // SAFETY: the line's bytes lie in the region.
    line.held = unsafe Array(
      UnsafeRawBufferPointer(start: region.base, count: lineEnd))
    try finish(&line, hasNewline: hasNewline, space)
  }

  private mutating func count(
    _ candidates: [Candidate], _ region: Region, _ numbering: inout LineNumbering,
    _ space: MatchSpace
  ) throws(AnalysisError) {
    for candidate in candidates {
      try patternSet.compiled[candidate.id].searchLine(
        candidate.range, region, &numbering, &found[candidate.id], bounds, space)
    }
  }

  // MARK: The open line

  /// Takes the bytes of a tile that belong to the open line.
  ///
  /// - Returns: The index after them and after the newline.
  private mutating func takeOpenLine(
    _ tile: borrowing Tile, _ space: MatchSpace
  ) throws(AnalysisError) -> Int {
    let end = tile.bytes.firstIndex(of: newline)
    try unsafe tile.bytes.withUnsafeBytes { bytes throws(AnalysisError) in
      unsafe try append(
        unsafe UnsafeRawBufferPointer(rebasing: bytes[..<(end ?? bytes.count)]), space)
    }
    if end != nil || tile.isLast { try finishOpenLine(space, hasNewline: end != nil) }
    return end.map { $0 + 1 } ?? tile.byteCount
  }

  /// Takes a tile of a text that is not cut into lines.
  private mutating func takeText(
    _ tile: borrowing Tile, _ space: MatchSpace
  ) throws(AnalysisError) {
    if openLine == nil {
      openLine = OpenLine(
        offset: tile.offset, newlinesBefore: 0, groupCount: groups.count,
        segmentByteCount: bounds.segmentByteCount)
    }
    try unsafe tile.bytes.withUnsafeBytes { bytes throws(AnalysisError) in
      unsafe try append(bytes, space)
    }
    if tile.isLast {
      try finishOpenLine(space, hasNewline: false)
      batch.decidedTo = tile.endOffset
    } else if let openLine {
      batch.decidedTo = openLine.offset + UInt64(openLine.decided)
    }
  }

  private mutating func append(
    _ bytes: UnsafeRawBufferPointer, _ space: MatchSpace
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
        try searchHeld(&line, upTo: line.boundary, isLineEnd: false, space)
        line.boundary += bounds.segmentByteCount
        line.trim(groups)
      }
    }
    openLine = line
  }

  private mutating func finishOpenLine(
    _ space: MatchSpace, hasNewline: Bool
  ) throws(AnalysisError) {
    guard var line = openLine else { return }
    openLine = nil
    let end = line.heldEnd
    // A whole line is a region like any other; with many patterns the finder saves most of them.
    let byteCount = end + (hasNewline ? 1 : 0)
    guard line.isUntouched, byteCount <= bounds.segmentByteCount, !patternSet.form.spansLines
    else { return try finish(&line, hasNewline: hasNewline, space) }
    if hasNewline { line.held.append(newline) }
    line.held.append(contentsOf: repeatElement(0, count: CandidateList.slack))
    guard byteCount > 0 else { return }
    let bytes = unsafe line.held.span.bytes
    try unsafe bytes.withUnsafeBytes { held throws(AnalysisError) in
      let region = unsafe Region(
        base: held.baseAddress!, byteCount: byteCount, offset: line.offset,
        newlinesBefore: line.newlinesBefore)
      var numbering = LineNumbering(region)
      try search(region, slack: CandidateList.slack, &numbering, space)
    }
  }

  /// Searches what is left of a line that is searched in pieces.
  private mutating func finish(
    _ line: inout OpenLine, hasNewline: Bool, _ space: MatchSpace
  ) throws(AnalysisError) {
    let lineEnd = line.offset + UInt64(line.heldEnd + (hasNewline ? 1 : 0))
    if patternSet.form.endsLinesWithCRLF, !patternSet.form.spansLines, hasNewline,
      line.held.last == UInt8(ascii: "\r")
    {
      line.held.removeLast()
    }
    let end = line.heldEnd
    while line.boundary < end {
      try searchHeld(&line, upTo: line.boundary, isLineEnd: false, space)
      line.boundary += bounds.segmentByteCount
    }
    try searchHeld(&line, upTo: end, isLineEnd: true, space)
    guard !patternSet.form.spansLines else { return }
    for group in groups.indices {
      select(
        line.offset..<lineEnd, newlines: line.newlinesBefore, group,
        isMatch: line.groups[group].cursor.hasMatch, line.groups[group].matches)
    }
  }
}

extension Region {
  /// The lines before and after an index, which is the start of a line and not 0.
  func split(at index: Int) -> (Region, Region) {
    var numbering = LineNumbering(self)
    let head = unsafe Region(
      base: base, byteCount: index, offset: offset, newlinesBefore: newlinesBefore)
    let rest = unsafe Region(
      base: base + index, byteCount: byteCount - index, offset: offset + UInt64(index),
      newlinesBefore: numbering.newlines(before: index, in: self))
    return (head, rest)
  }

  /// The first and the other half of its lines, about; nil if it is one line.
  var halves: (Region, Region)? {
    let middle = byteCount / 2
    var start = unsafe firstNewline(base, middle, byteCount) + 1
    if start >= byteCount { start = unsafe lastNewline(base, 0, middle) + 1 }
    guard start > 0, start < byteCount else { return nil }
    return split(at: start)
  }
}
