/// When storage is set aside for the bytes that a new object adds.
///
/// The corresponding Win32 flags are `SEC_COMMIT` and `SEC_RESERVE`.
public enum Allocation: Sendable {
  /// When the object is made, which fails if there is too little.
  case atCreation
  /// When a page is first written; only the last block of a file that grows is set aside at once. A write
  /// that finds no room is lost; ``MutableMappedView/fault`` and ``MutableMappedView/flush(_:)`` tell.
  case onDemand
}
