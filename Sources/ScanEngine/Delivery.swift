import Dispatch

/// Hands listings to those who listen, one after the other, in the order of the input.
final class Delivery: @unchecked Sendable {
  // SAFETY: the recall and the verdict are only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.delivery")
  private let recall: Recall
  /// One or none for each analyzer of the scan.
  let listeners: [Listener?]
  /// What ended it; nil while listeners want more.
  private var ending: ListingVerdict?

  init(to listeners: [Listener?], recall: Recall) {
    self.listeners = listeners
    self.recall = recall
  }

  /// Whether anybody listens.
  var hasListeners: Bool { listeners.contains { $0 != nil } }

  /// Hands out listings later, after those before them.
  ///
  /// - Parameter done: Called with what the listeners want next.
  func enqueue(
    _ calls: [Listener.Call], _ done: @escaping @Sendable (ListingVerdict) -> Void
  ) {
    queue.async { done(self.hand(out: calls)) }
  }

  /// Hands out listings now, and waits until that is done.
  func deliver(_ calls: [Listener.Call], holding chunk: Chunk? = nil) -> ListingVerdict {
    queue.sync {
      if let chunk { recall.hold(chunk) }
      return hand(out: calls)
    }
  }

  /// Waits until everything is handed out.
  func wait() { queue.sync {} }

  private func hand(out calls: [Listener.Call]) -> ListingVerdict {
    // Of a file that was cut inside a page, the rest of it reads as zeros: what was found there is not so.
    if ending == nil, !calls.isEmpty, recall.isOfChangedFile {
      ending = .unreadable(at: 0, nil)
      return .unreadable(at: 0, nil)
    }
    for call in calls where ending == nil {
      let verdict = call(recall)
      if case .goOn = verdict { continue }
      ending = verdict
      return verdict
    }
    // Only who has enough says so again: a failure is told once, and nothing is enough after it.
    if case .enough = ending { return .enough }
    return .goOn
  }
}
