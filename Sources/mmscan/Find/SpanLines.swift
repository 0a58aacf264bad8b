import PatternSearch

/// Makes blocks of lines from matches that may span lines.
struct SpanLines {
  private let reader: InputReader
  private let isNumbered: Bool
  /// Whether blocks that touch become one, as long as it is short.
  private let joinsNeighbors: Bool
  /// Whether the blocks are the lines that no match touches.
  private let isInverted: Bool

  /// Matches that are in no block, since it is not known where their last line ends.
  private var waiting: [LineBatch.Match] = []
  /// Lines that the next match may belong to, and their matches.
  private var open: (lines: Range<UInt64>, matches: [LineBatch.Match])?
  /// Where the last block ended.
  private var closedEnd: UInt64 = 0
  /// Where lines start that no match has touched so far, and that are in no block.
  private var gapStart: UInt64 = 0
  private var counted: (offset: UInt64, newlines: UInt64) = (0, 0)

  private static let joinedLimit = 64 << 10

  init(_ reader: InputReader, isNumbered: Bool, joinsNeighbors: Bool, isInverted: Bool) {
    self.isInverted = isInverted
    self.reader = reader
    self.isNumbered = isNumbered
    self.joinsNeighbors = joinsNeighbors
    (gapStart, closedEnd, counted.offset) = (
      reader.inputStart, reader.inputStart, reader.inputStart
    )
  }

  /// Takes matches, and gives the blocks that no later match belongs to.
  ///
  /// - Parameter isEnd: Whether there are no more.
  mutating func take(_ batches: [LineBatch], isEnd: Bool) throws(LostByte) -> LineBatch {
    var batch = LineBatch()
    for found in batches { waiting += found.matches }
    var taken = 0
    for match in waiting {
      guard try add(match, isEnd: isEnd, to: &batch) else { break }
      taken += 1
    }
    waiting.removeFirst(taken)
    let decided = isEnd ? reader.available.upperBound : batches.last?.decidedTo ?? 0
    // A match that waits may begin in lines that the block has already.
    var first = waiting.first.map { min($0.offset, decided) } ?? decided
    if let block = open {
      let isClosed =
        if isEnd {
          true
        } else if joinsNeighbors, block.lines.count <= SpanLines.joinedLimit {
          // A match may still begin in the line that follows.
          try reader.lineEnd(from: block.lines.upperBound).offset <= first
            && decided < reader.available.upperBound
        } else {
          block.lines.upperBound <= first
        }
      if isClosed { try close(into: &batch) }
    }
    if !isEnd, first > closedEnd {
      first = try reader.lineStart(
        of: min(first, reader.available.upperBound), from: closedEnd)
    }
    batch.decidedTo = open.map { min($0.lines.lowerBound, first) } ?? first
    if isInverted { try appendGap(upTo: batch.decidedTo, to: &batch) }
    if isNumbered { _ = try newlines(before: batch.decidedTo) }
    return batch
  }

  /// - Returns: Whether the match could be taken.
  private mutating func add(
    _ match: LineBatch.Match, isEnd: Bool, to batch: inout LineBatch
  ) throws(LostByte) -> Bool {
    let inputEnd = reader.available.upperBound
    if match.offset >= inputEnd {
      guard isEnd else { return false }
      // Behind the last newline there is no line.
      if inputEnd <= reader.inputStart { return true }
      let last = unsafe try reader.bytes(of: inputEnd - 1..<inputEnd)
      if unsafe last[0] == 10 { return true }
    }
    if let block = open, match.end <= block.lines.upperBound,
      match.offset < block.lines.upperBound
    {
      open?.matches.append(match)
      return true
    }
    let (end, hasNewline) = try reader.lineEnd(
      from: match.byteCount > 0 ? match.end - 1 : match.offset)
    guard hasNewline || isEnd || end < inputEnd || !reader.isStream else { return false }
    if let block = open {
      var isOne = match.offset < block.lines.upperBound
      if !isOne, joinsNeighbors, block.lines.count <= SpanLines.joinedLimit {
        isOne =
          try reader.lineStart(of: match.offset, from: block.lines.upperBound)
          == block.lines.upperBound
      }
      if isOne {
        // While it is taken out, the matches have one owner and are not copied.
        open = nil
        var matches = block.matches
        matches.append(match)
        open = (block.lines.lowerBound..<end, matches)
        return true
      }
      try close(into: &batch)
    }
    let start = try reader.lineStart(of: match.offset, from: closedEnd)
    open = (start..<end, [match])
    return true
  }

  private mutating func close(into batch: inout LineBatch) throws(LostByte) {
    guard let block = open else { return }
    open = nil
    closedEnd = block.lines.upperBound
    guard !isInverted else {
      try appendGap(upTo: block.lines.lowerBound, to: &batch)
      gapStart = closedEnd
      return
    }
    let first = batch.matches.count
    batch.matches += block.matches
    try append(block.lines, matches: first..<batch.matches.count, to: &batch)
  }

  /// Makes a block of lines that no match touches.
  private mutating func appendGap(
    upTo end: UInt64, to batch: inout LineBatch
  ) throws(LostByte) {
    guard gapStart < end else { return }
    try append(gapStart..<end, matches: 0..<0, to: &batch)
    gapStart = end
  }

  private mutating func append(
    _ lines: Range<UInt64>, matches: Range<Int>, to batch: inout LineBatch
  ) throws(LostByte) {
    let last = unsafe try reader.bytes(of: lines.upperBound - 1..<lines.upperBound)
    let endsWithNewline = unsafe last[0] == 10
    let lineCount = try reader.newlines(in: lines) + (endsWithNewline ? 0 : 1)
    batch.blocks.append(
      LineBatch.Block(
        start: lines.lowerBound, end: lines.upperBound,
        newlines: isNumbered ? try newlines(before: lines.lowerBound) : 0,
        lineCount: Int(lineCount), pattern: -1, matches: matches))
  }

  private mutating func newlines(before offset: UInt64) throws(LostByte) -> UInt64 {
    if offset > counted.offset {
      counted.newlines += try reader.newlines(in: counted.offset..<offset)
      counted.offset = offset
    }
    return counted.newlines
  }
}
