import ScanEngine

/// Which lines are selected, and what is kept of them.
extension LineSearch {
  private var listsMatches: Bool { options.listing == .matches }

  /// Whether every match of a line is wanted, or only whether there is one. Lines in which something
  /// matches may stand around those that are selected by an inverted search, and are then shown.
  private var wantsMatches: Bool {
    listsMatches || (options.countsMatches || bounds.shownLimit > 0) && !options.isInverted
  }

  /// Selects among the whole lines of a region.
  ///
  /// - Parameter candidates: The lines that the finder named for the patterns it takes; nil if it did not
  ///   look.
  mutating func select(
    _ region: Region, _ candidates: [Candidate]?, _ numbering: inout LineNumbering,
    _ space: MatchSpace
  ) throws(AnalysisError) {
    var matching = MatchingLines(
      region, patternSet.form, bounds, space,
      keepsLines: options.listing != .nothing || options.isInverted || wantsMatches
        || patternSet.compiled.count > 1)
    if let candidates {
      for candidate in candidates {
        try matching.add(candidate.range, patternSet.compiled[candidate.id])
      }
    }
    for pattern in patternSet.compiled
    where candidates == nil || pattern.candidateFinder == nil {
      if matching.isFull { break }
      try matching.collect(pattern)
    }
    if matching.isFull, let (first, second) = region.halves {
      // What is noted of so many patterns is held for fewer lines at a time.
      try select(first, nil, &numbering, space)
      var numbering = LineNumbering(second)
      return try select(second, nil, &numbering, space)
    }
    if patternSet.compiled.count > 1 { matching.sort() }
    if matching.isTruncated { for group in found.indices { found[group].truncatedMatches = true } }
    if matching.keepsLines {
      try select(matching, region, &numbering)
    } else {
      found[0].lines += UInt64(matching.count)
    }
  }

  private mutating func select(
    _ matching: MatchingLines, _ region: Region, _ numbering: inout LineNumbering
  ) throws(AnalysisError) {
    // Up to where an inverted search has selected.
    var ends = [Int](repeating: 0, count: options.isInverted ? groups.count : 0)
    let lines = matching.lines
    var index = 0
    while index < lines.count {
      let line = lines[index].range
      var next = index + 1
      while next < lines.count, lines[next].range == line { next += 1 }
      for place in index..<(options.isByPattern ? next : index + 1) {
        let group = options.isByPattern ? lines[place].id : 0
        if options.isInverted {
          selectBetween(ends[group]..<line.lowerBound, group, region, &numbering)
          ends[group] = min(line.upperBound + 1, region.byteCount)
        }
        let first = batch.matches.count
        if wantsMatches {
          if groups[group].count == 1 {
            try findMatches(in: line, group, groups[group], matching, &numbering)
          } else {
            let patterns = lines[index..<next].map(\.id)
              .sorted { patternSet.ranks[$0] < patternSet.ranks[$1] }
              .map { patternSet.compiled[$0] }
            try findMatches(in: line, group, patterns, matching, &numbering)
          }
        }
        guard !options.isInverted else { continue }
        let start = region.offset + UInt64(line.lowerBound)
        let end = region.offset + UInt64(min(line.upperBound + 1, region.byteCount))
        let newlines =
          options.numbersLines ? numbering.newlines(before: line.lowerBound, in: region) : 0
        select(start..<end, newlines: newlines, group, matchesFrom: first)
      }
      index = next
    }
    for group in ends.indices {
      selectBetween(ends[group]..<region.byteCount, group, region, &numbering)
    }
    if groups.count > 1, options.isInverted {
      batch.blocks.sort { ($0.start, $0.pattern) < ($1.start, $1.pattern) }
    }
  }

  /// Goes through the matches of a line, all of which are of `patterns`.
  private mutating func findMatches(
    in range: Range<Int>, _ group: Int, _ patterns: [CompiledPattern], _ matching: MatchingLines,
    _ numbering: inout LineNumbering
  ) throws(AnalysisError) {
    let region = matching.region
    let text = matching.text(range)
    let number =
      found[group].shown.count < bounds.shownLimit
      ? numbering.newlines(before: range.lowerBound, in: region) : 0
    let shownText = region.line(
      range.lowerBound, text.end + range.lowerBound, newlinesBefore: number)
    var cursor = LineCursor()
    let before = batch.matches.count
    let isTruncated = try cursor.advance(
      patterns, text, upTo: text.end, isLineEnd: true, wantsAll: true, bounds, matching.space
    ) { start, end, pattern in
      if listsMatches, !options.listsFirstMatches || batch.matches.count == before {
        batch.matches.append(
          LineBatch.Match(
            offset: text.offset + UInt64(start), byteCount: UInt64(end - start),
            pattern: pattern.id))
      }
      if options.isInverted { return }
      found[group].count(at: text.offset + UInt64(start))
      if found[group].shown.count < bounds.shownLimit {
        found[group].show(start, end, in: shownText)
      }
    }
    if isTruncated { found[group].truncatedMatches = true }
  }

  /// Selects the lines of a stretch of a region, in which nothing matches.
  private mutating func selectBetween(
    _ range: Range<Int>, _ group: Int, _ region: Region, _ numbering: inout LineNumbering
  ) {
    guard !range.isEmpty else { return }
    // SAFETY: the range lies in the region.
    let bytes = unsafe RawSpan(
      _unsafeBytes: UnsafeRawBufferPointer(
        start: region.base + range.lowerBound, count: range.count))
    let count = bytes.count(of: newline) + (bytes.byte(at: range.count - 1) == newline ? 0 : 1)
    select(
      region.offset + UInt64(range.lowerBound)..<region.offset + UInt64(range.upperBound),
      newlines: options.numbersLines
        ? numbering.newlines(before: range.lowerBound, in: region) : 0, group,
      matchesFrom: batch.matches.count, lineCount: count)
  }

  /// Selects a line, or not, that was searched in pieces.
  mutating func select(
    _ range: Range<UInt64>, newlines: UInt64, _ group: Int, isMatch: Bool,
    _ matches: [LineBatch.Match]
  ) {
    let first = batch.matches.count
    batch.matches += matches
    guard isMatch != options.isInverted else { return }
    select(range, newlines: newlines, group, matchesFrom: first)
  }

  /// Selects neighbouring lines.
  ///
  /// - Parameter first: The batch's matches from this one on are theirs.
  private mutating func select(
    _ range: Range<UInt64>, newlines: UInt64, _ group: Int, matchesFrom first: Int,
    lineCount: Int = 1
  ) {
    found[group].lines += UInt64(lineCount)
    guard options.listing != .nothing else { return }
    let pattern = options.isByPattern ? group : -1
    if options.listing == .lines, let last = batch.blocks.last, last.end == range.lowerBound,
      last.pattern == pattern
    {
      batch.blocks[batch.blocks.count - 1].end = range.upperBound
      batch.blocks[batch.blocks.count - 1].lineCount += lineCount
      return
    }
    batch.blocks.append(
      LineBatch.Block(
        start: range.lowerBound, end: range.upperBound, newlines: newlines, lineCount: lineCount,
        pattern: pattern, matches: first..<batch.matches.count))
  }

  /// Searches the held bytes of a line up to `boundary`.
  mutating func searchHeld(
    _ line: inout OpenLine, upTo boundary: Int, isLineEnd: Bool, _ space: MatchSpace
  ) throws(AnalysisError) {
    let lists = listsMatches || patternSet.form.spansLines && options.listing != .nothing
    let wantsAll = wantsMatches || patternSet.form.spansLines
    let (offset, heldStart, newlinesBefore) = (line.offset, line.heldStart, line.newlinesBefore)
    var progress = line.groups
    line.groups = []
    do {
      let bytes = unsafe line.held.span.bytes
      try unsafe bytes.withUnsafeBytes { held throws(AnalysisError) in
        let text = unsafe LineText(
          // An empty line has no bytes, but needs an address to be searched at.
          base: held.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!, start: heldStart,
          end: heldStart + held.count, offset: offset, newlinesBefore: newlinesBefore)
        for group in groups.indices {
          var found = found[group]
          var matches = progress[group].matches
          progress[group].matches = []
          let isTruncated = try progress[group].cursor.advance(
            groups[group], text, upTo: boundary, isLineEnd: isLineEnd, wantsAll: wantsAll, bounds,
            space
          ) { start, end, pattern in
            if wantsAll && !options.isInverted { found.count(at: offset + UInt64(start)) }
            if lists, !options.listsFirstMatches || matches.isEmpty {
              matches.append(
                LineBatch.Match(
                  offset: offset + UInt64(start), byteCount: UInt64(end - start),
                  pattern: pattern.id))
            }
            if found.shown.count < bounds.shownLimit { found.show(start, end, in: text) }
          }
          found.truncatedMatches = found.truncatedMatches || isTruncated
          progress[group].matches = matches
          self.found[group] = found
        }
      }
    }
    if patternSet.form.spansLines {
      for group in progress.indices {
        batch.matches += progress[group].matches
        progress[group].matches = []
      }
      if lists, groups.count > 1 {
        batch.matches.sort { ($0.offset, $0.pattern) < ($1.offset, $1.pattern) }
      }
    }
    line.groups = progress
  }
}
