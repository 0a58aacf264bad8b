/// The mergeable work of one window.
struct WindowWork: Sendable {
  private let numbers: [Int]
  private(set) var parts: [any MergeableAnalyzer]
  private(set) var costs: [Cost]
  private let measures: Bool

  /// - Parameter fresh: The analyzers as the scan was given them.
  init(_ numbers: [Int], fresh: [any MergeableAnalyzer], measures: Bool) {
    self.numbers = numbers
    parts = fresh
    costs = Array(repeating: Cost(), count: numbers.count)
    self.measures = measures
  }

  /// Whether a part has to read on past the window.
  var isOpen: Bool { parts.contains { $0.isOpen } }

  /// Whether no part needs more of the window.
  var isSettled: Bool { parts.allSatisfy(\.isSettled) }

  /// Feeds zeros beside the window to the parts that take them unseen.
  mutating func update(zeros range: Range<UInt64>) {
    for index in parts.indices where parts[index].foldsZeros && !parts[index].isSettled {
      parts[index].update(zeros: range)
    }
  }

  /// Feeds a tile of the window, or, if `readingOn`, one that follows it to the parts that are open.
  ///
  /// - Returns: Why the scan cannot go on; nil if it can.
  mutating func update(_ tile: borrowing Tile, readingOn: Bool) -> Stop? {
    for index in parts.indices where readingOn ? parts[index].isOpen : !parts[index].isSettled {
      let reading = measures ? ClockReading() : nil
      do throws(AnalysisError) {
        if readingOn { try parts[index].readOn(tile) } else { try parts[index].update(tile) }
      } catch {
        return .analysis(numbers[index], error)
      }
      if let reading { costs[index].add(reading.elapsed()) }
    }
    return nil
  }
}
