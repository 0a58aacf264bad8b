/// The mergeable analyzers of neighbouring windows, computed or merged.
package struct Run: Sendable {
  /// The windows it covers, by index.
  package var windows: Range<Int>
  /// One part for each mergeable analyzer of the plan.
  package var parts: [any MergeableAnalyzer]

  package init(windows: Range<Int>, parts: [any MergeableAnalyzer]) {
    self.windows = windows
    self.parts = parts
  }

  /// Appends the run that follows this one.
  mutating func merge(_ next: Run) {
    precondition(windows.upperBound == next.windows.lowerBound)
    windows = windows.lowerBound..<next.windows.upperBound
    for index in parts.indices { ScanEngine.merge(&parts[index], next.parts[index]) }
  }
}

extension Run {
  /// - Parameter listeners: One or none for each part.
  mutating func takeListings(_ listeners: [Listener?]) -> [Listener.Call] {
    zip(parts.indices, listeners).compactMap { index, listener in
      guard let (rest, call) = listener?.take(parts[index]) else { return nil }
      parts[index] = rest as! any MergeableAnalyzer
      return call
    }
  }
}

private func merge(_ first: inout any MergeableAnalyzer, _ next: any MergeableAnalyzer) {
  func open<Part: MergeableAnalyzer>(_ part: Part) -> any MergeableAnalyzer {
    guard let next = next as? Part else { preconditionFailure("parts of two different analyzers") }
    var joined = part
    joined.merge(next)
    return joined
  }
  first = open(first)
}
