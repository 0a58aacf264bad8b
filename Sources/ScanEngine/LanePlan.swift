/// Which analyzer rides in which lane. A pure function of the analyzers and the number of jobs.
public struct LanePlan: Equatable, Sendable {
  /// What the plan has to know of one analyzer.
  public struct Rider: Equatable, Sendable {
    /// Whether windows of it can be computed apart.
    public var isMergeable: Bool
    /// Gigabytes a second on one core.
    public var throughput: Double

    /// Makes a rider.
    public init(isMergeable: Bool, throughput: Double) {
      self.isMergeable = isMergeable
      self.throughput = throughput
    }
  }

  /// How analyzers share lanes.
  public enum Mode: String, CaseIterable, Sendable {
    /// As few lanes as the jobs need; every byte is brought to a core once where that is possible.
    case together
    /// Every analyzer has a lane and a view of its own and sees the whole file, for comparison.
    case separate
  }

  /// One lane.
  public struct Lane: Equatable, Sendable {
    /// The analyzers, by number, that ride here and see every window in order.
    public var ordered: [Int]
    /// Whether the lane computes the mergeable analyzers of windows that nobody has claimed.
    public var claims: Bool

    /// Makes a lane.
    public init(ordered: [Int], claims: Bool) {
      self.ordered = ordered
      self.claims = claims
    }
  }

  /// The lanes.
  public var lanes: [Lane]
  /// The analyzers, by number, that claimed windows run.
  public var mergeable: [Int]

  /// Makes a plan.
  ///
  /// Sequential analyzers are spread over ordered lanes so that the slowest lane is as fast as it can
  /// be, then packed into as few lanes as that allows. What is left of the jobs claims windows for
  /// the mergeable analyzers, and ordered lanes do so too where nobody was there before them. A
  /// stream has no windows to claim, so there every analyzer is ordered.
  ///
  /// - Parameters:
  ///   - jobs: How many lanes may work at once; at least 1.
  ///   - windowCount: How many windows there are, since no more lanes than that can claim one; nil
  ///     for a stream, whose bytes come only once and in order.
  /// - Complexity: O(n log n) in the number of analyzers.
  public init(for riders: [Rider], jobs: Int, mode: Mode = .together, windowCount: Int? = .max) {
    precondition(jobs >= 1)
    let isStream = windowCount == nil
    if mode == .separate {
      lanes = riders.indices.map { Lane(ordered: [$0], claims: false) }
      mergeable = []
      return
    }
    mergeable = isStream ? [] : riders.indices.filter { riders[$0].isMergeable }
    let ordered = riders.indices.filter { isStream || !riders[$0].isMergeable }
    let claims = !mergeable.isEmpty
    lanes = LanePlan.spread(ordered, costs: riders.map { 1 / $0.throughput }, over: jobs).map {
      Lane(ordered: $0, claims: claims)
    }
    while claims && lanes.count < min(jobs, windowCount ?? 0) {
      lanes.append(Lane(ordered: [], claims: true))
    }
  }

  /// Spreads `items` over at most `count` bins. The longest go first, each to the emptiest bin; the
  /// fullest bin then sets the size up to which bins are filled again, first fit.
  private static func spread(_ items: [Int], costs: [Double], over count: Int) -> [[Int]] {
    guard !items.isEmpty else { return [] }
    let longestFirst = items.sorted { (costs[$1], $0) < (costs[$0], $1) }
    var loads = [Double](repeating: 0, count: min(count, items.count))
    for item in longestFirst {
      let emptiest = loads.indices.min { loads[$0] < loads[$1] }!
      loads[emptiest] += costs[item]
    }
    let limit = loads.max()! * 1.000_001
    var bins: [(load: Double, items: [Int])] = []
    for item in longestFirst {
      if let bin = bins.firstIndex(where: { $0.load + costs[item] <= limit }) {
        bins[bin].load += costs[item]
        bins[bin].items.append(item)
      } else {
        bins.append((costs[item], [item]))
      }
    }
    return bins.map { $0.items.sorted() }
  }
}
