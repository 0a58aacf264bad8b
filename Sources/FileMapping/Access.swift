/// What the holder of a mapping object may do with it, fixed when it is opened.
///
/// The corresponding Win32 flags are `FILE_MAP_READ`, `FILE_MAP_WRITE` and `FILE_MAP_COPY`.
public enum Access: Sendable, CaseIterable {
  /// Read; or write to private copies of pages, which nobody else sees.
  case read
  /// Read and write.
  case readWrite
  /// The same rights as ``read``, asked for by somebody who wants private copies.
  case copyOnWrite

  /// Whether views may write to the object itself.
  var writes: Bool { self == .readWrite }

  /// All that an object's protection allows.
  init(allOf protection: Protection) { self = protection == .readWrite ? .readWrite : .read }
}
