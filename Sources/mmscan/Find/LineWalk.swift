import PatternSearch

/// Goes over the input from one selected line to the next: adds the lines around them, and ends when there
/// are enough.
struct LineWalk<Printer: LinePrinter> {
  /// What to walk over besides the selected lines.
  struct Plan {
    /// How many lines before and after a selected one are printed too; nil if nothing is, and nothing
    /// stands between lines that do not touch.
    var context: (before: UInt64, after: UInt64)?
    /// How many selected lines are wanted, of each pattern if they are alone; nil for all.
    var lineLimit: UInt64?
    /// Whether a block counts as one line, as when matches span lines.
    var countsBlocks = false
    /// How many patterns select lines for themselves; 1 if they do it together.
    var groupCount = 1
    /// Whether all bytes of the input can be read, not only those that were searched.
    var seesAhead = false
    /// Whether something was printed already, of another input.
    var followsOthers = false
  }

  private let plan: Plan
  private let reader: InputReader
  var printer: Printer
  /// How many lines were selected.
  private(set) var selectedCount: UInt64 = 0
  private var groupCounts: [UInt64]
  private var fullGroups = 0
  /// Whether the next block belongs to the last one.
  private var isWithinBlock = false
  /// The end of the last line that was printed, and the number of the line there.
  private var printedEnd: UInt64 = 0
  private var nextNumber: UInt64 = 1
  private var hasPrinted = false
  /// Lines before what is decided that may still be printed: where they start and end, and how many.
  private var heldLines: (start: UInt64, end: UInt64, count: UInt64) = (0, 0, 0)
  /// How many lines after the last selected one are still to be printed.
  private var owedLines: UInt64 = 0

  init(_ plan: Plan, _ reader: InputReader, _ printer: Printer) {
    self.plan = plan
    self.reader = reader
    self.printer = printer
    groupCounts = Array(repeating: 0, count: plan.groupCount)
  }

  private var isFull: Bool { fullGroups == groupCounts.count }
  /// Whether nothing that is still to come is printed.
  var isOver: Bool { isFull && owedLines == 0 && !isWithinBlock }

  /// Takes lines that were selected, and what was decided.
  mutating func take(_ batches: [LineBatch]) throws(LostByte) {
    for batch in batches {
      for block in batch.blocks {
        if isFull, !isWithinBlock { break }
        try take(block, batch)
      }
    }
    let decided = batches.last?.decidedTo ?? 0
    let seesAhead = isFull && plan.seesAhead && !isWithinBlock
    let end = seesAhead ? reader.available.upperBound : decided
    try printOwed(startingBefore: end)
    // What may still be printed: a line that is not decided, or the lines before it.
    guard !plan.seesAhead else { return }
    var needed = max(decided, reader.available.lowerBound)
    if let before = plan.context?.before, before > 0 {
      needed = try holdLines(before: needed, count: before)
    }
    reader.forget(before: owedLines > 0 ? min(needed, printedEnd) : needed)
  }

  /// Notes that the lines before an offset are all that is left to decide about.
  ///
  /// - Returns: Where those of them start that may still be printed.
  private mutating func holdLines(before offset: UInt64, count: UInt64) throws(LostByte) -> UInt64 {
    // What is already held is not counted again: it may be long, and this is asked after every piece.
    let first = max(heldLines.start, reader.available.lowerBound, printedEnd)
    if first > heldLines.start {
      heldLines = (first, first, 0)
    }
    heldLines.count += try reader.newlines(in: heldLines.end..<max(heldLines.end, offset))
    heldLines.end = max(heldLines.end, offset)
    while heldLines.count > count {
      heldLines.start = try reader.lineEnd(from: heldLines.start).offset
      heldLines.count -= 1
    }
    return min(heldLines.start, offset)
  }

  private mutating func take(
    _ block: LineBatch.Block, _ batch: LineBatch
  ) throws(LostByte) {
    let group = max(0, block.pattern)
    var (end, lineCount) = (block.end, UInt64(block.lineCount))
    if let limit = plan.lineLimit, !isWithinBlock {
      let missing = limit - groupCounts[group]
      guard missing > 0 else { return }
      if plan.countsBlocks {
        groupCounts[group] += 1
      } else if lineCount > missing {
        lineCount = missing
        end = try reader.lines(from: block.start, count: missing, startingBefore: block.end).end
      }
      if !plan.countsBlocks { groupCounts[group] += lineCount }
      if groupCounts[group] == limit { fullGroups += 1 }
    }
    isWithinBlock = plan.countsBlocks && block.isContinued
    let number = batch.newlinesBefore + block.newlines + 1
    if plan.context != nil { try printGap(upTo: block.start, number: number) }
    selectedCount += lineCount
    try printer.printSelected(
      LineRun(
        range: block.start..<end, number: number, lineCount: lineCount, pattern: block.pattern,
        carriedMatchCount: block.carriedMatchCount),
      batch.matches[block.matches])
    if let after = plan.context?.after {
      (hasPrinted, printedEnd, nextNumber) = (true, end, number + lineCount)
      owedLines = after
    }
  }

  /// Prints what is wanted of the lines between the last one and a selected one.
  private mutating func printGap(upTo start: UInt64, number: UInt64) throws(LostByte) {
    try printOwed(startingBefore: start)
    let before = try reader.lines(
      before: start, count: plan.context?.before ?? 0, from: printedEnd)
    if hasPrinted ? before.start > printedEnd : plan.followsOthers { printer.separate() }
    guard before.count > 0 else { return }
    try printer.printContext(
      LineRun(
        range: before.start..<start, number: number - min(number, before.count),
        lineCount: before.count))
  }

  private mutating func printOwed(startingBefore limit: UInt64) throws(LostByte) {
    guard owedLines > 0, printedEnd < limit else { return }
    let lines = try reader.lines(
      from: printedEnd, count: owedLines, startingBefore: limit)
    try printer.printContext(
      LineRun(range: printedEnd..<lines.end, number: nextNumber, lineCount: lines.count))
    printedEnd = lines.end
    nextNumber += lines.count
    owedLines -= lines.count
  }
}
