import PatternSearch

/// Counts what is selected and prints nothing.
struct CountPrinter: LinePrinter {
  /// Of each pattern, or of all together.
  private(set) var lines: [UInt64]
  private(set) var matches: [UInt64]

  init(groupCount: Int) {
    lines = Array(repeating: 0, count: groupCount)
    matches = lines
  }

  func separate() {}
  func printContext(_ run: LineRun) {}

  mutating func printSelected(_ run: LineRun, _ matches: ArraySlice<LineBatch.Match>) {
    let matches = matches.dropFirst(run.carriedMatchCount)
    lines[max(0, run.pattern)] += run.lineCount
    guard lines.count > 1, run.pattern < 0 else {
      self.matches[max(0, run.pattern)] += UInt64(matches.count)
      return
    }
    for match in matches { self.matches[match.pattern] += 1 }
  }
}
