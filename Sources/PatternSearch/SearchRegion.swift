import ScanEngine

/// The search of many whole lines at once. What it finds is what ``searchLine`` finds
/// in each of them.
extension CompiledPattern {
  func search(
    _ region: Region, _ numbering: inout LineNumbering, _ found: inout PatternMatches,
    _ bounds: SearchBounds, _ space: MatchSpace?
  ) throws(AnalysisError) {
    switch method {
    case .literal(let finder):
      searchLiteral(finder, region, &numbering, &found, bounds)
    case .bytes(let table, let isEveryByte):
      searchBytes(table, isEveryByte, region, &numbering, &found, bounds)
    case .regex(_, .literal(let finder)):
      var position = 0
      while true {
        let hit = unsafe finder.next(
          region.base, from: position, end: region.byteCount, &numbering)
        guard hit >= 0 else { return }
        let start = unsafe lastNewline(region.base, position, hit) + 1
        let end = unsafe firstNewline(region.base, hit, region.byteCount)
        try searchLine(start..<end, region, &numbering, &found, bounds, space)
        position = end + 1
      }
    case .regex(let regex, .confined):
      try searchConfined(regex, region, &numbering, &found, bounds, space!)
    case .regex(_, .everyLine):
      try searchEveryLine(from: 0, region, &numbering, &found, bounds, space)
    }
  }

  /// Searches one line of a region.
  func searchLine(
    _ range: Range<Int>, cursor start: LineCursor = LineCursor(), _ region: Region,
    _ numbering: inout LineNumbering, _ found: inout PatternMatches, _ bounds: SearchBounds,
    _ space: MatchSpace?
  ) throws(AnalysisError) {
    let number =
      found.shown.count < bounds.shownLimit
      ? numbering.newlines(before: range.lowerBound, in: region) : 0
    let line = region.line(range.lowerBound, range.upperBound, newlinesBefore: number)
    var cursor = start
    let isTruncated = try cursor.advance(
      [self], line, upTo: line.end, isLineEnd: true, wantsAll: true, bounds, space
    ) { start, end, _ in
      found.count(at: line.offset + UInt64(start))
      if found.shown.count < bounds.shownLimit { found.show(start, end, in: line) }
    }
    if cursor.hasMatch && !start.hasMatch { found.lines += 1 }
    if isTruncated { found.truncatedMatches = true }
  }

  private func searchEveryLine(
    from first: Int, _ region: Region, _ numbering: inout LineNumbering,
    _ found: inout PatternMatches, _ bounds: SearchBounds, _ space: MatchSpace?
  ) throws(AnalysisError) {
    var start = first
    while start < region.byteCount {
      let end = unsafe firstNewline(region.base, start, region.byteCount)
      try searchLine(start..<end, region, &numbering, &found, bounds, space)
      start = end + 1
    }
  }

  private func searchLiteral(
    _ finder: LiteralFinder, _ region: Region, _ numbering: inout LineNumbering,
    _ found: inout PatternMatches, _ bounds: SearchBounds
  ) {
    var tally = RegionTally(region, bounds)
    var position = 0
    while true {
      let hit = unsafe finder.next(region.base, from: position, end: region.byteCount, &numbering)
      guard hit >= 0 else { return }
      let end = hit + finder.needle.count
      guard unsafe isBounded(hit, end, region.base, region.byteCount) else {
        position = hit + 1
        continue
      }
      position = end
      tally.add(hit, position, &numbering, &found)
    }
  }

  private func searchBytes(
    _ table: [UInt8], _ isEveryByte: Bool, _ region: Region, _ numbering: inout LineNumbering,
    _ found: inout PatternMatches, _ bounds: SearchBounds
  ) {
    var tally = RegionTally(region, bounds)
    var start = 0
    while start < region.byteCount {
      let end = unsafe firstNewline(region.base, start, region.byteCount)
      var index = start
      while index < end, found.shown.count < bounds.shownLimit || found.density != nil {
        if unsafe table[Int(region.base.load(fromByteOffset: index, as: UInt8.self))] != 0 {
          tally.add(index, index + 1, &numbering, &found)
        }
        index += 1
      }
      var count = end - index
      if !isEveryByte {
        count = unsafe table.withUnsafeBufferPointer { table in
          // SAFETY: a byte indexes a table of 256; index..<end lies in the region.
          unsafe countBytes(table.baseAddress!, region.base + index, end - index)
        }
      }
      if count > 0 { tally.add(matches: count, at: index, &found) }
      start = end + 1
    }
  }

  /// Searches all lines with one subject that has newlines in it.
  private func searchConfined(
    _ regex: LineRegex, _ region: Region, _ numbering: inout LineNumbering,
    _ found: inout PatternMatches, _ bounds: SearchBounds, _ space: MatchSpace
  ) throws(AnalysisError) {
    let isOneText = unsafe !isUnicode || isValidUTF8(region.base, region.byteCount)
    guard isOneText, !region.hasLine(longerThan: regex.freeByteCount) else {
      return try searchEveryLine(from: 0, region, &numbering, &found, bounds, space)
    }
    let subject = unsafe region.base.assumingMemoryBound(to: UInt8.self)
    // The last newline ends the last line; behind it there is no further one.
    let count = unsafe region.byteCount - (subject[region.byteCount - 1] == newline ? 1 : 0)
    var tally = RegionTally(region, bounds)
    var position = 0
    var lastEnd = -1
    space.beginText()
    while position <= count {
      switch unsafe regex.match(
        subject, count, from: position, hasShortLines: true, in: space)
      {
      case .match(let start, let end):
        position = start == end ? end + 1 : end
        // An empty match stands before a character, of which no byte starts another one.
        while isUnicode, start == end, unsafe position < count && subject[position] & 0xC0 == 0x80 {
          position += 1
        }
        if start == end && end == lastEnd { continue }
        lastEnd = end
        tally.add(start, end, &numbering, &found)
      case .none, .partial:
        return
      case .failure:
        // Line by line the failure shows again, and with it the line that causes it.
        let start = unsafe lastNewline(region.base, 0, position) + 1
        let end = unsafe firstNewline(region.base, position, region.byteCount)
        let cursor = LineCursor(
          position: position - start, lastEnd: max(-1, lastEnd - start),
          hasMatch: tally.lineEnd >= position)
        try searchLine(
          start..<end, cursor: cursor, region, &numbering, &found, bounds, space)
        return try searchEveryLine(from: end + 1, region, &numbering, &found, bounds, space)
      }
    }
  }
}

/// Counts the matches of a region and the lines they are in. Matches come in ascending order.
@safe private struct RegionTally {
  let region: Region
  let bounds: SearchBounds
  /// Where the last line with a match ends.
  var lineEnd = -1

  init(_ region: Region, _ bounds: SearchBounds) {
    self.region = region
    self.bounds = bounds
  }

  @inline(__always)
  mutating func add(
    _ start: Int, _ end: Int, _ numbering: inout LineNumbering, _ found: inout PatternMatches
  ) {
    add(matches: 1, at: start, &found)
    if found.shown.count < bounds.shownLimit { show(start, end, &numbering, &found) }
  }

  @inline(__always)
  mutating func add(matches: Int, at start: Int, _ found: inout PatternMatches) {
    if start > lineEnd {
      found.lines += 1
      unsafe lineEnd = firstNewline(region.base, start, region.byteCount)
    }
    found.matches += UInt64(matches)
    found.density?.add(UInt64(matches), at: region.offset + UInt64(start))
  }

  @inline(never)
  private func show(
    _ start: Int, _ end: Int, _ numbering: inout LineNumbering, _ found: inout PatternMatches
  ) {
    let lineStart = unsafe lastNewline(region.base, 0, start) + 1
    let line = region.line(
      lineStart, lineEnd, newlinesBefore: numbering.newlines(before: lineStart, in: region))
    found.show(start - lineStart, end - lineStart, in: line)
  }
}

/// The sum of the table's entries for `byteCount` bytes.
private func countBytes(
  _ table: UnsafePointer<UInt8>, _ base: UnsafeRawPointer, _ byteCount: Int
) -> Int {
  var sums = SIMD4<Int>.zero
  var index = 0
  while index + 4 <= byteCount {
    for lane in 0..<4 {
      sums[lane] &+= unsafe Int(
        table[Int(base.load(fromByteOffset: index + lane, as: UInt8.self))])
    }
    index += 4
  }
  var total = sums.wrappedSum()
  while index < byteCount {
    total += unsafe Int(table[Int(base.load(fromByteOffset: index, as: UInt8.self))])
    index += 1
  }
  return total
}
