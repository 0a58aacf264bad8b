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
  /// Which lanes were asked and have not shown anything since, by index.
  private var awaited: Set<Int> = []

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
      for (index, lane) in lanes.enumerated() where awaited.insert(index).inserted {
        lane.show { self.take($0, of: index) }
      }
      return shown[number]
    }
  }

  private func take(_ riders: Riders, of lane: Int) {
    queue.sync {
      awaited.remove(lane)
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
  func show(_ take: @escaping @Sendable (Riders) -> Void)
}
