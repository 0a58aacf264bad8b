/// What a flush promises of the bytes that were written before it.
public enum FlushGuarantee: Sendable {
  /// They are the file's: every reader sees them, and they outlive this process. The system has begun
  /// to write them to the device and nobody waits for it.
  ///
  /// The corresponding function is Win32 `FlushViewOfFile`.
  case written
  /// They are on the device, and outlive the machine's power.
  ///
  /// The corresponding functions are Win32 `FlushViewOfFile` with `FlushFileBuffers`, and C `msync`
  /// with `MS_SYNC`.
  case durable
}
