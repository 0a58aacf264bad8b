import PatternSearch

/// Lines that stand one after the other and are printed alike.
struct LineRun {
  /// From the start of the first to the end of the last, its newline included.
  var range: Range<UInt64>
  /// The number of the first, from 1; meaningless unless lines are numbered.
  var number: UInt64
  var lineCount: UInt64
  /// The pattern that selects them, by its position; -1 if patterns select lines together.
  var pattern = -1
  /// How many of the first matches in them began in lines that were printed before.
  var carriedMatchCount = 0
}

/// Whoever prints lines in the order in which they stand.
protocol LinePrinter {
  /// Prints what stands between lines that do not touch.
  mutating func separate()
  /// Prints lines that are selected.
  ///
  /// - Parameter matches: Those in them, if they are listed.
  mutating func printSelected(
    _ run: LineRun, _ matches: ArraySlice<LineBatch.Match>
  ) throws(LostByte)
  /// Prints lines around those that are selected.
  mutating func printContext(_ run: LineRun) throws(LostByte)
}
