import Dispatch

/// Many pieces of work, done on several threads ahead of whoever takes their endings in order.
final class WorkAhead<Ending: Sendable>: @unchecked Sendable {
  // SAFETY: what changes is touched on `box` alone.
  private let box = DispatchQueue(label: "mmscan.ahead")
  private let count: Int
  private let work: @Sendable (Int) -> Ending?
  /// How many pieces may be begun that nobody has taken yet.
  private let room: DispatchSemaphore
  private let arrived = DispatchSemaphore(value: 0)
  private var next = 0
  private var endings: [Int: Ending?] = [:]
  private let workers: [DispatchQueue]

  /// How many threads there are.
  var workerCount: Int { workers.count }

  /// So many endings of each worker wait at the most.
  private static var waitingLimit: Int { 64 }

  /// - Parameters:
  ///   - workerCount: How many threads there are; with none, everything is left to its turn.
  ///   - work: Does a piece, by its number; nil leaves it for its turn. Called by many threads.
  init(count: Int, workerCount: Int, work: @escaping @Sendable (Int) -> Ending?) {
    (self.count, self.work) = (count, work)
    // One that was made with a value must have it again when it goes, and whoever takes may stop early.
    room = DispatchSemaphore(value: 0)
    for _ in 0..<workerCount * Self.waitingLimit { room.signal() }
    // A queue for each, since they may wait: Dispatch gives every one a thread.
    workers = (0..<workerCount).map { DispatchQueue(label: "mmscan.ahead.\($0)") }
    for worker in workers { worker.async { self.run() } }
  }

  private func run() {
    while true {
      room.wait()
      let number = box.sync {
        defer { next += 1 }
        return next
      }
      guard number < count else {
        // Whoever waits behind has nothing to do either.
        room.signal()
        return
      }
      let ending = work(number)
      box.sync { endings[number] = .some(ending) }
      arrived.signal()
    }
  }

  /// Whether the next ending is there; not if it waits for its turn.
  func isReady(_ number: Int) -> Bool { box.sync { (endings[number] ?? nil) != nil } }

  /// What came of a piece; nil if it waits for its turn, which is now. Asked for one after the other.
  func take(_ number: Int) -> Ending? {
    guard !workers.isEmpty else { return nil }
    while true {
      if let ending = box.sync(execute: { endings.removeValue(forKey: number) }) {
        room.signal()
        return ending
      }
      arrived.wait()
    }
  }
}
