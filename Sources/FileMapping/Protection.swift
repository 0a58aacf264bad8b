/// What may be done with a mapping object, fixed when it is made.
///
/// The corresponding Win32 flags are `PAGE_READONLY`, `PAGE_READWRITE` and `PAGE_WRITECOPY`.
public enum Protection: UInt8, Sendable, CaseIterable {
  /// Views read, or write to private copies of pages. The file must be open for reading.
  case readOnly = 1
  /// Views may also write to the object. The file must be open for reading and writing.
  case readWrite = 2
  /// As ``readOnly``; says that the object is there for copy-on-write views.
  case writeCopy = 3
}
