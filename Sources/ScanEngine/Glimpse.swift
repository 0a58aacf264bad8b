import Dispatch

/// Copies of the ordered analyzers of a running scan, for whoever asks what they have found so far.
///
/// Nothing is copied unless somebody asks, and asking never waits for a lane: it gives what the lanes
/// showed last, and has each of them show its analyzers again before its next piece of work.
final class Glimpse: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.glimpse")
  private var lanes: [any ShowsRiders] = []
  private var shown: [Int: any Analyzer] = [:]
  /// How many lanes were asked and have not shown anything since.
  private var awaitedCount = 0

  /// Lets lanes be asked from now on.
  func begin(_ lanes: [any ShowsRiders]) { queue.sync { self.lanes = lanes } }

  /// Takes a last look at lanes that are done, and asks none from now on.
  func end(_ riders: [Riders]) {
    queue.sync {
      lanes = []
      for riders in riders { keep(riders) }
    }
  }

  /// The analyzer as it was shown last; nil if it was never shown.
  func analyzer(_ number: Int) -> (any Analyzer)? {
    queue.sync {
      if awaitedCount == 0 {
        awaitedCount = lanes.count
        for lane in lanes { lane.show(to: self) }
      }
      return shown[number]
    }
  }

  /// Takes what a lane shows.
  func take(_ riders: Riders) {
    queue.sync {
      awaitedCount -= 1
      // A lane may show something late, when the last look was taken already.
      if !lanes.isEmpty { keep(riders) }
    }
  }

  private func keep(_ riders: Riders) {
    for (number, analyzer) in zip(riders.numbers, riders.analyzers) { shown[number] = analyzer }
  }
}

/// A lane that can be asked for its ordered analyzers while it works.
protocol ShowsRiders: AnyObject, Sendable {
  /// Shows them between two pieces of work. Returns at once.
  func show(to glimpse: Glimpse)
}
