/// Merges runs into ever longer ones as they complete, in whatever order that is.
///
/// Runs that touch are merged at once, so that there are never more of them than windows being
/// worked on, plus one: memory does not grow with the file, however long one window takes.
package struct Fold: Sendable {
  package private(set) var runs: [Run] = []

  package init() {}

  /// Takes a run that overlaps none of those that are here.
  ///
  /// - Complexity: O(*n*) in the number of runs, and two merges.
  package mutating func insert(_ run: Run) {
    let place = runs.firstIndex { $0.windows.lowerBound >= run.windows.upperBound } ?? runs.count
    var run = run
    var end = place
    if place < runs.count, runs[place].windows.lowerBound == run.windows.upperBound {
      run.merge(runs[place])
      end += 1
    }
    if place > 0, runs[place - 1].windows.upperBound == run.windows.lowerBound {
      runs[place - 1].merge(run)
      runs.removeSubrange(place..<end)
    } else {
      runs.replaceSubrange(place..<end, with: CollectionOfOne(run))
    }
  }

  /// Takes the listings out of the run that starts at the first window.
  ///
  /// - Parameter listeners: One or none for each part.
  /// - Returns: Whom to call, in order; nil as long as that window is not done.
  mutating func takeListings(_ listeners: [Listener?]) -> [Listener.Call]? {
    guard prefix != nil else { return nil }
    return runs[0].takeListings(listeners)
  }

  /// The run that starts at the first window; nil as long as that one is not done.
  package var prefix: Run? { runs.first.flatMap { $0.windows.lowerBound == 0 ? $0 : nil } }
}
