import Dispatch
import Synchronization

/// A lane of a stream: sees every chunk in order.
final class StreamLane: ShowsRiders, @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`, and read by others after they have
  // waited for it.
  private let queue: DispatchQueue
  private let tileByteCount: Int
  private let control: ScanControl
  private let delivery: Delivery
  private let idle = Atomic<Bool>(false)
  private let failed = Atomic<Bool>(false)
  private(set) var riders: Riders
  private(set) var stop: Stop?

  init(index: Int, riders: Riders, tileByteCount: Int, delivery: Delivery, control: ScanControl) {
    queue = DispatchQueue(label: "mmscan.stream.\(index)")
    self.riders = riders
    self.tileByteCount = tileByteCount
    self.delivery = delivery
    self.control = control
  }

  /// Whether the lane needs no more bytes.
  var isIdle: Bool { idle.load(ordering: .relaxed) }

  /// Whether something stopped it, so that there will be no answer.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// Works on a chunk later, after those before it, and then calls `done`.
  func take(_ chunk: Chunk, done: @escaping @Sendable () -> Void) {
    queue.async {
      if !self.isIdle {
        chunk.forEachTile(ofByteCount: self.tileByteCount) { tile in
          self.stop = self.riders.update(tile)
          let needsMore = self.stop == nil && !self.riders.isSettled
          if !needsMore { self.idle.store(true, ordering: .relaxed) }
          return needsMore && !self.control.isStopped
        }
        if self.delivery.hasListeners { self.deliver(chunk) }
        if self.stop != nil { self.failed.store(true, ordering: .relaxed) }
      }
      done()
    }
  }

  private func deliver(_ chunk: Chunk) {
    switch delivery.deliver(riders.takeListings(delivery.listeners), holding: chunk) {
    case .goOn: break
    case .enough: idle.store(true, ordering: .relaxed)
    case .unreadable(let offset, let error):
      stop = .unreadable(at: offset, error)
      idle.store(true, ordering: .relaxed)
    }
  }

  func show(_ take: @escaping @Sendable (Riders) -> Void) {
    queue.async { take(self.riders) }
  }

  /// Waits until every chunk that was taken is worked on.
  func wait() { queue.sync {} }
}
