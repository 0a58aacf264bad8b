import Synchronization

/// Stops a running scan from outside.
public final class ScanControl: Sendable {
  private let stopped = Atomic<Bool>(false)

  /// Makes a control for one scan.
  public init() {}

  /// Asks the scan to stop. It does so after the tile it is at, with the outcome `interrupted`.
  public func stop() { stopped.store(true, ordering: .releasing) }

  /// Whether somebody asked to stop.
  public var isStopped: Bool { stopped.load(ordering: .acquiring) }
}
