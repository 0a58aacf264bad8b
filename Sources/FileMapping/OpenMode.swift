#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a file is opened for.
public enum OpenMode: Sendable {
  case readOnly, readWrite

  /// The access mode that `open(2)` takes.
  var flag: CInt { self == .readOnly ? O_RDONLY : O_RDWR }
}
