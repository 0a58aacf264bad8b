import CZstd

/// The libzstd that this process runs with.
public enum ZstdLibrary {
  /// Its version, such as "1.5.4". Since libzstd is linked dynamically, this may be newer than the
  /// one the command was built with.
  ///
  /// The corresponding C function is `ZSTD_versionString`.
  public static var version: String {
    // SAFETY: libzstd returns a constant string that a NUL ends.
    unsafe String(cString: ZSTD_versionString())
  }
}
