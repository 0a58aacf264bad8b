/// Why an analyzer could not go on.
public struct AnalysisError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where in the input, in bytes from its start.
  public let offset: UInt64
  /// What happened and, where somebody can mend it, how. One sentence without a full stop.
  public let reason: String

  public init(offset: UInt64, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String { "at offset \(offset): \(reason)" }
}
