import Dispatch
import FileMapping

/// One Dispatch queue with its own way of reading the file and the analyzers that ride in it.
///
/// A lane asks the board for a window, works on it, brings back what it found, and queues itself
/// again. It blocks its thread only until its window was read from the device: told to wait for others,
/// it simply stops until the board wakes it.
final class Lane: ShowsRiders, @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`, and read by others after the group is
  // done.
  let index: Int
  private let queue: DispatchQueue
  private var cursor: any TileCursor
  private let grid: WindowGrid
  private let tileByteCount: Int
  private let board: Board
  private let ahead: ReadAhead
  private let control: ScanControl
  private let group: DispatchGroup
  private let mergeable: [Int]
  private let fresh: [any MergeableAnalyzer]
  private let delivery: Delivery
  private let measures: Bool

  private(set) var riders: Riders
  private(set) var claimCosts: [Cost]

  init(
    index: Int, cursor: any TileCursor, grid: WindowGrid, tileByteCount: Int, board: Board,
    ahead: ReadAhead,
    control: ScanControl, group: DispatchGroup, riders: Riders, mergeable: [Int],
    fresh: [any MergeableAnalyzer], delivery: Delivery, measures: Bool
  ) {
    self.index = index
    self.cursor = cursor
    self.grid = grid
    self.tileByteCount = tileByteCount
    self.board = board
    self.ahead = ahead
    self.control = control
    self.group = group
    self.riders = riders
    self.mergeable = mergeable
    self.fresh = fresh
    self.delivery = delivery
    self.measures = measures
    claimCosts = Array(repeating: Cost(), count: mergeable.count)
    queue = DispatchQueue(label: "mmscan.lane.\(index)")
  }

  /// Starts the lane; it leaves the group when it is done.
  func start() {
    group.enter()
    wake()
  }

  /// Lets the lane ask the board again.
  func wake() { queue.async { self.step() } }

  /// Lets go of what it shows of the file, once it is done.
  func closeView() { cursor = NoCursor() }

  func show(_ take: @escaping @Sendable (Riders) -> Void) {
    queue.async { take(self.riders) }
  }

  private func step() {
    switch board.next(for: self) {
    case .wait: return
    case .done: group.leave()
    case .window(let window, let isOrdered, let isClaimed):
      work(on: window, isOrdered: isOrdered, isClaimed: isClaimed)
      wake()
    }
  }

  private func work(on window: Int, isOrdered: Bool, isClaimed: Bool) {
    ahead.begin(window)
    var work = WindowWork(
      isClaimed ? mergeable : [], fresh: isClaimed ? fresh : [], measures: measures)
    let range = grid.range(of: window)
    func skip(_ zeros: Range<UInt64>) {
      guard !zeros.isEmpty else { return }
      if isOrdered { riders.update(zeros: zeros) }
      if isClaimed { work.update(zeros: zeros) }
    }
    skip(grid.zeros(before: window))
    var stop = feed(
      range, tileByteCount, while: { isOrdered || !work.isSettled },
      { tile in
        if isOrdered, let stop = riders.update(tile) { return stop }
        return isClaimed ? work.update(tile, readingOn: false) : nil
      })
    if stop == nil, window + 1 == grid.count { skip(grid.zeros(before: window + 1)) }
    // Most lines end within the bytes that are mapped behind the window: begin with those.
    var offset = range.upperBound
    // Behind a fault there may be zeros up to the end of a huge file.
    while stop == nil, cursor.fault == nil, offset < grid.bytes.upperBound, work.isOpen,
      !control.isStopped
    {
      let end = offset + UInt64(min(tileByteCount, cursor.longestTile(at: offset)))
      let rest = offset..<min(end, grid.bytes.upperBound)
      stop = feed(rest, rest.count, while: { true }, { work.update($0, readingOn: true) })
      offset = rest.upperBound
    }
    // A fault comes first: what analyzers say of the zeros that took the place of bytes is not so.
    if let fault = cursor.fault { stop = .unreadable(at: fault, nil) }
    if let stop { board.stop(stop) }
    guard stop == nil, !control.isStopped else { return }
    for index in work.costs.indices { claimCosts[index].add(work.costs[index]) }
    if isOrdered, delivery.hasListeners {
      board.take(delivery.deliver(riders.takeListings(delivery.listeners)))
    }
    board.finish(
      self, isOrdered: isOrdered, isSettled: riders.isSettled,
      run: isClaimed ? Run(windows: window..<window + 1, parts: work.parts) : nil)
  }

  private func feed(
    _ range: Range<UInt64>, _ tileByteCount: Int, while isWanted: () -> Bool,
    _ update: (borrowing Tile) -> Stop?
  ) -> Stop? {
    var offset = range.lowerBound
    var stop: Stop?
    while offset < range.upperBound, stop == nil, !control.isStopped, isWanted() {
      let byteCount = Int(min(UInt64(tileByteCount), range.upperBound - offset))
      do throws(TileFailure) {
        try cursor.withTile(at: offset, byteCount: byteCount) { stop = update($0) }
      } catch {
        return Stop(error)
      }
      offset += UInt64(byteCount)
    }
    return stop
  }
}
