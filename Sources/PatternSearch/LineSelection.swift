import ScanEngine

/// Which lines are selected, and what is kept of them.
extension LineSearch {
  private var listsMatches: Bool { options.listing == .matches }

  /// Whether every match of a line is wanted, or only whether there is one.
  private var wantsMatches: Bool {
    (options.countsMatches || listsMatches || bounds.shownLimit > 0) && !options.isInverted
  }

  /// Selects among the whole lines of a region.
  ///
  /// - Parameter candidates: The lines that the finder named for the patterns it takes; nil if it did not
  ///   look.
  mutating func select(
    _ region: Region, _ candidates: [Candidate]?, _ space: MatchSpace
  ) throws(AnalysisError) {
    var matching = MatchingLines(region, patternSet.form, bounds, space)
    if let candidates {
      for candidate in candidates {
        try matching.add(candidate.range, patternSet.compiled[candidate.id])
      }
    }
    for pattern in patternSet.compiled
    where candidates == nil || pattern.candidateFinder == nil {
      try matching.collect(pattern)
    }
    if patternSet.compiled.count > 1 {
      matching.lines.sort { ($0.range.lowerBound, $0.id) < ($1.range.lowerBound, $1.id) }
    }
    if matching.isTruncated { for group in found.indices { found[group].truncatedMatches = true } }
    try select(matching, region)
  }

  private mutating func select(
    _ matching: MatchingLines, _ region: Region
  ) throws(AnalysisError) {
    var numbering = LineNumbering(region)
    var selectedEnds = [Int](repeating: 0, count: options.isInverted ? groups.count : 0)
    var index = 0
    while index < matching.lines.count {
      let line = matching.lines[index].range
      var end = index + 1
      while end < matching.lines.count, matching.lines[end].range == line { end += 1 }
      if options.isByPattern {
        for match in matching.lines[index..<end] {
          if options.isInverted {
            selectBetween(
              selectedEnds[match.id]..<line.lowerBound, match.id, region, &numbering)
            selectedEnds[match.id] = min(line.upperBound + 1, region.byteCount)
          } else {
            try select(line, match.id, [patternSet.compiled[match.id]], matching, &numbering)
          }
        }
      } else if options.isInverted {
        selectBetween(selectedEnds[0]..<line.lowerBound, 0, region, &numbering)
        selectedEnds[0] = min(line.upperBound + 1, region.byteCount)
      } else {
        var patterns: [CompiledPattern] = []
        if wantsMatches {
          patterns = matching.lines[index..<end].map { patternSet.compiled[$0.id] }
          if patterns.count > 1 {
            patterns.sort { patternSet.ranks[$0.id] < patternSet.ranks[$1.id] }
          }
        }
        try select(line, 0, patterns, matching, &numbering)
      }
      index = end
    }
    for group in selectedEnds.indices {
      selectBetween(selectedEnds[group]..<region.byteCount, group, region, &numbering)
    }
    if options.isByPattern, options.isInverted, groups.count > 1, options.listing != .nothing {
      batch.blocks.sort { ($0.start, $0.pattern) < ($1.start, $1.pattern) }
    }
  }

  /// Selects a line in which `patterns` match.
  private mutating func select(
    _ range: Range<Int>, _ group: Int, _ patterns: [CompiledPattern], _ matching: MatchingLines,
    _ numbering: inout LineNumbering
  ) throws(AnalysisError) {
    let region = matching.region
    var matches: [LineBatch.Match] = []
    if wantsMatches {
      var cursor = LineCursor()
      let text = matching.text(range)
      let number = found[group].shown.count < bounds.shownLimit
      let shownText = region.line(
        range.lowerBound, text.end + range.lowerBound,
        newlinesBefore: number ? numbering.newlines(before: range.lowerBound, in: region) : 0)
      let isTruncated = try cursor.advance(
        patterns, text, upTo: text.end, isLineEnd: true, wantsAll: true, bounds, matching.space
      ) { start, end, pattern in
        found[group].matches += 1
        if listsMatches {
          matches.append(
            LineBatch.Match(
              offset: text.offset + UInt64(start), byteCount: UInt64(end - start),
              pattern: pattern.id))
        }
        if found[group].shown.count < bounds.shownLimit {
          found[group].show(start, end, in: shownText)
        }
      }
      if isTruncated { found[group].truncatedMatches = true }
    }
    let end = min(range.upperBound + 1, region.byteCount)
    select(
      region.offset + UInt64(range.lowerBound)..<region.offset + UInt64(end),
      newlines: options.numbersLines
        ? numbering.newlines(before: range.lowerBound, in: region) : 0, group, matches)
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
        ? numbering.newlines(before: range.lowerBound, in: region) : 0, group, [],
      lineCount: count)
  }

  /// Selects a line, or not, that was searched in pieces.
  mutating func select(
    _ range: Range<UInt64>, newlines: UInt64, _ group: Int, isMatch: Bool,
    _ matches: [LineBatch.Match]
  ) {
    guard isMatch != options.isInverted else { return }
    select(range, newlines: newlines, group, options.isInverted ? [] : matches)
  }

  private mutating func select(
    _ range: Range<UInt64>, newlines: UInt64, _ group: Int, _ matches: [LineBatch.Match],
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
    let first = batch.matches.count
    batch.matches += matches
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
            if wantsAll { found.matches += 1 }
            if lists {
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
