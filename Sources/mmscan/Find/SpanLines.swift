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
  private var open: OpenBlock?
  /// Where the last block ended.
  private var closedEnd: UInt64 = 0
  /// Where the first line starts that is not decided, as far as that is known: it may have been let go of.
  private var undecidedLine: UInt64 = 0
  /// Where lines start that no match has touched so far, and that are in no block.
  private var gapStart: UInt64 = 0
  private var counted: (offset: UInt64, newlines: UInt64) = (0, 0)

  /// Lines that the next match may belong to.
  private struct OpenBlock {
    var lines: Range<UInt64>
    var matches: [LineBatch.Match]
    /// How many of the first matches began in lines that were given.
    var carriedMatchCount = 0
  }

  /// How many bytes a block may have that one of its neighbours is joined to.
  private static let joinedLimit = 64 << 10
  /// How many bytes its neighbour may have.
  private static let neighborLimit: UInt64 = 1 << 20
  /// How many bytes of lines that no later match touches wait for the lines that matches reach from there.
  private static let finishedLimit = 1 << 20

  init(_ reader: InputReader, isNumbered: Bool, joinsNeighbors: Bool, isInverted: Bool) {
    self.isInverted = isInverted
    self.reader = reader
    self.isNumbered = isNumbered
    self.joinsNeighbors = joinsNeighbors
    (gapStart, closedEnd) = (reader.inputStart, reader.inputStart)
    (undecidedLine, counted.offset) = (reader.inputStart, reader.inputStart)
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
    if let lines = open?.lines {
      let isClosed =
        if isEnd {
          true
        } else if lines.upperBound <= first, mayHaveNeighbor {
          // A match may still begin in the line that follows.
          try isDecided(lineAt: lines.upperBound, upTo: first)
        } else {
          lines.upperBound <= first
        }
      if isClosed { try close(into: &batch) }
    }
    let searchedEnd = min(first, reader.available.upperBound)
    if !isEnd {
      undecidedLine = try lineStart(of: first)
      first = undecidedLine
    }
    // Where a block ends shows in columns and messages alone.
    if !joinsNeighbors, !isEnd { try close(before: first, into: &batch) }
    batch.decidedTo = open.map { min($0.lines.lowerBound, first) } ?? first
    if isInverted { try appendGap(upTo: batch.decidedTo, to: &batch) }
    if isNumbered {
      _ = try newlines(before: batch.decidedTo)
      // There is none in a line of which no match is known; it may be let go of before it ends.
      if open == nil { counted.offset = max(counted.offset, searchedEnd) }
    }
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
    if let lines = open?.lines, match.end <= lines.upperBound, match.offset < lines.upperBound {
      open!.matches.append(match)
      return true
    }
    let (end, hasNewline) = try reader.lineEnd(
      from: match.byteCount > 0 ? match.end - 1 : match.offset)
    guard hasNewline || isEnd || end < inputEnd || !reader.isStream else { return false }
    // Not the block, lest its matches are copied when one is added.
    if let lines = open?.lines {
      var isOne = match.offset < lines.upperBound
      if !isOne, mayHaveNeighbor, end - lines.upperBound <= SpanLines.neighborLimit {
        isOne =
          try reader.lineStart(of: match.offset, from: lines.upperBound) == lines.upperBound
      }
      if isOne {
        open!.matches.append(match)
        open!.lines = lines.lowerBound..<end
        if match.offset - lines.lowerBound > SpanLines.finishedLimit {
          let start = try reader.lineStart(of: match.offset, from: lines.lowerBound)
          try close(before: start, into: &batch)
        }
        return true
      }
      try close(into: &batch)
    }
    let start = try reader.lineStart(of: match.offset, from: closedEnd)
    open = OpenBlock(lines: start..<end, matches: [match])
    return true
  }

  /// Whether the line behind the open ones becomes one of them if a match begins there.
  private var mayHaveNeighbor: Bool {
    guard joinsNeighbors, let open else { return false }
    // What is left of more lines is long, and would have none as a whole.
    return open.carriedMatchCount == 0 && open.lines.count <= SpanLines.joinedLimit
  }

  /// Whether all matches are known that begin in a line, or it is too long for a neighbour.
  private func isDecided(lineAt start: UInt64, upTo decided: UInt64) throws(LostByte) -> Bool {
    let end = try reader.lineEnd(from: start).offset
    return end - start > SpanLines.neighborLimit
      || end <= decided && decided < reader.available.upperBound
  }

  /// Where the line starts that holds a byte, as far as that is known: of a line whose start was let go of, where the
  /// last line starts that is known.
  private func lineStart(of offset: UInt64) throws(LostByte) -> UInt64 {
    let known = max(closedEnd, undecidedLine)
    guard offset > known else { return known }
    let start = try reader.lineStart(
      of: min(offset, reader.available.upperBound), from: known)
    return start == reader.available.lowerBound ? known : start
  }

  /// Gives the lines before one in which the next match may begin, if there are any.
  private mutating func close(
    before line: UInt64, into batch: inout LineBatch
  ) throws(LostByte) {
    // Where a line starts that was let go of is not known.
    guard let lines = open?.lines, lines.lowerBound < line, line < lines.upperBound,
      line > reader.available.lowerBound
    else { return }
    let matches = open!.matches
    let rest = matches.firstIndex { $0.offset >= line } ?? matches.endIndex
    let carried = matches[..<rest].filter { $0.end > line }
    open!.lines = lines.lowerBound..<line
    open!.matches.removeSubrange(rest...)
    try close(into: &batch, isContinued: true)
    open = OpenBlock(
      lines: line..<lines.upperBound, matches: carried + matches[rest...],
      carriedMatchCount: carried.count)
  }

  private mutating func close(
    into batch: inout LineBatch, isContinued: Bool = false
  ) throws(LostByte) {
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
    batch.blocks[batch.blocks.count - 1].carriedMatchCount = block.carriedMatchCount
    batch.blocks[batch.blocks.count - 1].isContinued = isContinued
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
    // Only the last line of all has none.
    var endsWithNewline = true
    if lines.upperBound == reader.available.upperBound {
      let last = unsafe try reader.bytes(of: lines.upperBound - 1..<lines.upperBound)
      endsWithNewline = unsafe last[0] == 10
    }
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
