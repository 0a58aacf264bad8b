import Dispatch
import FileMapping

/// What a lane does next.
enum Assignment {
  /// Works on a window: feeds it to the lane's ordered analyzers, or computes the mergeable ones of
  /// it, or both.
  case window(Int, isOrdered: Bool, isClaimed: Bool)
  /// Nothing to do until another lane gets on; the board calls the lane when it has.
  case wait
  /// Nothing to do any more.
  case done
}

/// Hands out windows to lanes, keeps them close together, and folds what they bring back.
///
/// Claims ascend without gaps, so "unclaimed" means "at or after `nextClaim`", and no ordered lane
/// is ever past that: it claims what it passes. Lanes stay within `reach` windows of the slowest
/// ordered one, so that what one brings into the page cache is still there for the others.
final class Board: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.board")
  private let grid: WindowGrid
  private let reach: Int
  private let control: ScanControl
  private let progress: (@Sendable (ScanProgress) -> Void)?
  private let glimpse: Glimpse
  private let mergeable: [Int]
  private let delivery: Delivery
  private let ahead: ReadAhead
  /// One or none for each mergeable analyzer.
  private let listeners: [Listener?]
  private let isListenedTo: Bool
  private let hasOrdered: Bool

  private var nextClaim = 0
  private var claimedDone = 0
  /// For every lane the window its ordered analyzers come to next; nil when it has none to feed.
  private var positions: [Int?]
  private var parked: [Lane] = []
  private var fold = Fold()
  private var mergeableSettled = false
  /// How many windows the listeners of mergeable analyzers are done with.
  private var delivered = 0
  /// Whether a listener has heard enough.
  private var isCut = false
  private var stops: [Stop] = []
  /// What came in the way of telling what was found before it.
  private var untold: Stop?

  /// How many windows may wait for listeners, at the most: what they hold must not add up.
  private static let undeliveredLimit = 8

  init(
    plan: LanePlan, grid: WindowGrid, reach: Int, control: ScanControl, glimpse: Glimpse,
    delivery: Delivery, ahead: ReadAhead, progress: (@Sendable (ScanProgress) -> Void)?
  ) {
    self.grid = grid
    self.delivery = delivery
    self.ahead = ahead
    listeners = plan.mergeable.map { delivery.listeners[$0] }
    isListenedTo = listeners.contains { $0 != nil }
    self.reach = reach
    self.control = control
    self.progress = progress
    self.glimpse = glimpse
    mergeable = plan.mergeable
    positions = plan.lanes.map { $0.ordered.isEmpty || grid.count == 0 ? nil : 0 }
    hasOrdered = plan.lanes.contains { !$0.ordered.isEmpty }
  }

  private var hasMergeable: Bool { !mergeable.isEmpty }

  /// The ordered lane that is furthest behind; nil if there is none.
  private var slowest: Int? { positions.compactMap { $0 }.min() }

  private var windowCount: Int { grid.count }

  private var claimsLeft: Bool { hasMergeable && !mergeableSettled && nextClaim < windowCount }

  /// What `lane` does next. A lane that is told to wait is called by ``Lane/wake()``.
  func next(for lane: Lane) -> Assignment {
    queue.sync {
      if control.isStopped || isCut || !stops.isEmpty || untold != nil {
        // Nobody else may be left to wake those who wait.
        wakeAll()
        return .done
      }
      if let position = positions[lane.index] {
        if position >= slowest! + reach {
          parked.append(lane)
          return .wait
        }
        let isClaimed = claimsLeft && position == nextClaim
        if isClaimed && isAhead {
          parked.append(lane)
          return .wait
        }
        if isClaimed { nextClaim += 1 }
        return .window(position, isOrdered: true, isClaimed: isClaimed)
      }
      guard claimsLeft else { return .done }
      if isAhead || slowest.map({ nextClaim >= $0 + reach }) ?? false {
        parked.append(lane)
        return .wait
      }
      nextClaim += 1
      return .window(nextClaim - 1, isOrdered: false, isClaimed: true)
    }
  }

  /// Takes back a window that a lane is done with.
  ///
  /// - Parameters:
  ///   - isOrdered: Whether its ordered analyzers saw the window.
  ///   - isSettled: Whether its ordered analyzers need no more windows.
  ///   - run: The mergeable analyzers of the window, if it was claimed.
  func finish(_ lane: Lane, isOrdered: Bool, isSettled: Bool, run: Run?) {
    queue.sync {
      if isOrdered, let position = positions[lane.index] {
        positions[lane.index] = isSettled || position + 1 == windowCount ? nil : position + 1
      }
      if let run {
        claimedDone += 1
        fold.insert(run)
        if let prefix = fold.prefix {
          mergeableSettled = prefix.parts.allSatisfy(\.isSettled)
          if isListenedTo { deliver(upTo: prefix.windows.upperBound) }
        }
      }
      // The view of each lane shows the window that it was at last, and listeners may look back.
      let done = windowsDone - 2 * positions.count
      ahead.end(before: isListenedTo && !mergeableSettled ? min(done, delivered) : done)
      progress?(
        ScanProgress(
          bytesDone: grid.range(of: windowsDone).lowerBound - grid.bytes.lowerBound,
          byteCount: UInt64(grid.bytes.count),
          mergeable: mergeable, prefix: fold.prefix, ordered: glimpse))
      wakeAll()
    }
  }

  /// Whether listeners have to catch up before another window is claimed.
  private var isAhead: Bool {
    isListenedTo && nextClaim >= delivered + Board.undeliveredLimit
  }

  /// Has listeners called with what the windows before `end` gave.
  private func deliver(upTo end: Int) {
    guard let calls = fold.takeListings(listeners) else { return }
    delivery.enqueue(calls) { verdict in
      self.queue.sync {
        self.delivered = max(self.delivered, end)
        self.heed(verdict)
        self.wakeAll()
      }
    }
  }

  /// Does what a listener wants.
  func take(_ verdict: ListingVerdict) {
    queue.sync {
      heed(verdict)
      wakeAll()
    }
  }

  private func heed(_ verdict: ListingVerdict) {
    switch verdict {
    case .goOn: return
    case .enough: isCut = true
    case .unreadable(let offset, let error): untold = .unreadable(at: offset, error)
    }
    ahead.cancel()
  }

  /// Ends the scan early. Lanes finish the window they are at, since a lower failure may be in one.
  func stop(_ reason: Stop) {
    queue.sync {
      stops.append(reason)
      ahead.cancel()
      wakeAll()
    }
  }

  private func wakeAll() {
    for lane in parked { lane.wake() }
    parked = []
  }

  /// How many windows everybody is done with.
  private var windowsDone: Int {
    min(slowest ?? windowCount, hasMergeable && !mergeableSettled ? claimedDone : windowCount)
  }

  /// What came of a scan.
  struct End {
    /// The merged work of the windows from the first one on; nil if that one was not claimed.
    var prefix: Run?
    /// Why it ended early; nil if it did not, or if somebody asked for it.
    var stop: Stop?
    /// Whether every analyzer has all the bytes it needs.
    var isFinished: Bool
    /// How many windows everybody is done with.
    var windowsDone: Int
    /// Whether every window was seen by all who wanted it.
    var isReadToEnd: Bool
  }

  /// Where what is found ends that decides all answers; nil if they are not decided before the end. What
  /// came in the way of lanes that were ahead of that does not matter.
  private var decidedOffset: UInt64? {
    guard !hasOrdered else { return nil }
    if isCut { return grid.range(of: delivered).lowerBound }
    guard mergeableSettled, let prefix = fold.prefix else { return nil }
    return grid.range(of: prefix.windows.upperBound).lowerBound
  }

  /// What came of it, once every lane is done.
  var end: End {
    queue.sync {
      End(
        prefix: fold.prefix,
        stop: untold
          ?? stops.filter { $0.offset < decidedOffset ?? .max }.min { $0.offset < $1.offset },
        isFinished: isCut || windowsDone == windowCount, windowsDone: windowsDone,
        isReadToEnd: stops.isEmpty && untold == nil && windowsDone == windowCount)
    }
  }
}
