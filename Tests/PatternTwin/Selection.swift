public import PatternSearch

/// What a search selects, in a form in which only content matters: not how listings are cut into
/// batches and blocks.
public struct Selection: Hashable, Sendable {
  /// One match.
  public struct Match: Hashable, Sendable {
    public var range: Range<UInt64>
    public var pattern: Int
  }

  /// One selected line.
  public struct Line: Hashable, Sendable {
    public var range: Range<UInt64>
    /// From 1; 0 if lines are not numbered.
    public var number: UInt64
    public var pattern: Int
    public var matches: [Match]
  }

  public var found: [PatternMatches] = []
  /// In the order of the input, then of the patterns.
  public var lines: [Line] = []
  /// The matches of a search whose matches span lines.
  public var matches: [Match] = []
  /// What is wrong with the listing in itself; nil if nothing is.
  public var fault: String?

  public init() {}
}

extension Selection.Match {
  init(_ match: LineBatch.Match) {
    range = match.offset..<match.offset + match.byteCount
    pattern = match.pattern
  }
}

extension Selection: CustomStringConvertible {
  public var description: String {
    var text = found.map {
      "\($0.lines) lines, \($0.matches) matches"
        + ($0.shown.isEmpty ? "" : ", shown \($0.shown.map { "\($0.offset)+\($0.byteCount)" })")
        + ($0.truncatedMatches ? ", truncated" : "")
    }.joined(separator: "; ")
    if let fault { text += "; FAULT: " + fault }
    func name(_ match: Match) -> String { "\(match.range)(\(match.pattern))" }
    for line in lines {
      text +=
        " | \(line.range) #\(line.number) p\(line.pattern) "
        + line.matches.map(name).joined(separator: " ")
    }
    return text + (matches.isEmpty ? "" : " | " + matches.map(name).joined(separator: " "))
  }
}

extension Selection {
  /// Takes in what was listed, batch by batch.
  ///
  /// - Parameter input: All of it, to tell the lines of a block apart.
  mutating func takeIn(
    _ batches: [LineBatch], of input: [UInt8], isNumbered: Bool, spansLines: Bool
  ) {
    var decided: UInt64 = 0
    for batch in batches {
      if batch.decidedTo < decided { fault = "decided to \(batch.decidedTo) after \(decided)" }
      var earliest = UInt64.max
      for block in batch.blocks {
        earliest = min(earliest, block.start)
        takeIn(block, of: batch, input, isNumbered: isNumbered)
      }
      if spansLines {
        matches += batch.matches.map(Match.init)
        earliest = batch.matches.reduce(earliest) { min($0, $1.offset) }
      }
      if earliest < decided { fault = "\(earliest) was listed after all before \(decided)" }
      decided = batch.decidedTo
    }
    let isOrdered = zip(lines, lines.dropFirst()).allSatisfy {
      $0.range.lowerBound <= $1.range.lowerBound
    }
    if !isOrdered, lines.allSatisfy({ $0.pattern < 0 }) { fault = "lines are out of order" }
    lines.sort { ($0.range.lowerBound, $0.pattern) < ($1.range.lowerBound, $1.pattern) }
    let areMatchesOrdered = zip(matches, matches.dropFirst()).allSatisfy {
      $0.range.lowerBound <= $1.range.lowerBound
    }
    if !areMatchesOrdered { fault = "matches are out of order" }
    matches.sort { ($0.range.lowerBound, $0.pattern) < ($1.range.lowerBound, $1.pattern) }
  }

  private mutating func takeIn(
    _ block: LineBatch.Block, of batch: LineBatch, _ input: [UInt8], isNumbered: Bool
  ) {
    guard block.start < block.end, block.end <= UInt64(input.count), block.start < batch.decidedTo
    else { return fault = "a block \(block.start)..<\(block.end), decided to \(batch.decidedTo)" }
    var start = Int(block.start)
    var count = 0
    while start < block.end {
      let end = (input[start...].firstIndex(of: 10) ?? input.count - 1) + 1
      lines.append(
        Line(
          range: UInt64(start)..<UInt64(end),
          number: isNumbered ? batch.newlinesBefore + block.newlines + UInt64(count) + 1 : 0,
          pattern: block.pattern, matches: batch.matches[block.matches].map(Match.init)))
      start = end
      count += 1
    }
    if start != block.end || count != block.lineCount {
      fault = "a block \(block.start)..<\(block.end) of \(block.lineCount) lines has \(count)"
    }
    if block.start > 0, input[Int(block.start) - 1] != 10 { fault = "a block begins in a line" }
    if !block.matches.isEmpty, count != 1 { fault = "a block with matches has \(count) lines" }
  }
}
