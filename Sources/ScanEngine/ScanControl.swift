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

/// How far a scan is.
public struct ScanProgress: Equatable, Sendable {
  /// Bytes that every analyzer is done with.
  public var bytesDone: UInt64
  /// Bytes in all; nil for a stream.
  public var byteCount: UInt64?
}
