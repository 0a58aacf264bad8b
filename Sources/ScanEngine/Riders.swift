/// The sequential work of one lane: analyzers that ride together, tile by tile, in order.
struct Riders: Sendable {
  /// Numbers of the analyzers in the scan.
  let numbers: [Int]
  private(set) var analyzers: [any Analyzer]
  private(set) var costs: [Cost]
  private(set) var isSettled: Bool
  private let measures: Bool

  init(_ numbers: [Int], of analyzers: [any Analyzer], measures: Bool) {
    self.numbers = numbers
    self.analyzers = numbers.map { analyzers[$0] }
    costs = Array(repeating: Cost(), count: numbers.count)
    isSettled = !numbers.isEmpty && self.analyzers.allSatisfy(\.isSettled)
    self.measures = measures
  }

  /// Feeds a tile to every analyzer that still wants bytes.
  ///
  /// - Returns: Why the scan cannot go on; nil if it can.
  mutating func update(_ tile: borrowing Tile) -> Stop? {
    var settled = true
    for index in analyzers.indices where !analyzers[index].isSettled {
      let reading = measures ? ClockReading() : nil
      do throws(AnalysisError) {
        try analyzers[index].update(tile)
      } catch {
        return .analysis(numbers[index], error)
      }
      if let reading { costs[index].add(reading.elapsed()) }
      settled = settled && analyzers[index].isSettled
    }
    isSettled = settled
    return nil
  }

  /// Feeds zeros to the analyzers that take them unseen.
  mutating func update(zeros range: Range<UInt64>) {
    for index in analyzers.indices where !analyzers[index].isSettled {
      func update<Folding: MergeableAnalyzer>(_ analyzer: Folding) {
        guard analyzer.foldsZeros else { return }
        var analyzer = analyzer
        analyzer.update(zeros: range)
        analyzers[index] = analyzer
      }
      if let analyzer = analyzers[index] as? any MergeableAnalyzer { update(analyzer) }
    }
  }

  /// Takes out what its analyzers have found since the last time.
  ///
  /// - Parameter listeners: One or none for each analyzer of the scan.
  mutating func takeListings(_ listeners: [Listener?]) -> [Listener.Call] {
    zip(analyzers.indices, numbers).compactMap { index, number in
      guard let (rest, call) = listeners[number]?.take(analyzers[index]) else { return nil }
      analyzers[index] = rest
      return call
    }
  }
}
