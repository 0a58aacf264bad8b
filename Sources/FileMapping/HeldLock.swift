import SystemPackage

/// A lock that this value holds. Released exactly once, when it ends.
public struct HeldLock: ~Copyable, Sendable {
  private let file: OpenedFile
  private let mark: UInt64
  private let claim: LockClaim
  /// Whether the one who held it before died without releasing it: what the lock guards may be half
  /// done.
  ///
  /// The corresponding Win32 answer is `WAIT_ABANDONED`.
  public let wasAbandoned: Bool

  /// - Parameter mark: Where the byte lies that is 1 while somebody holds the lock.
  init(
    _ file: consuming OpenedFile, markAt mark: UInt64, _ claim: LockClaim
  ) throws(MappingError) {
    var byte: UInt8 = 0
    var failure: MappingError?
    unsafe withUnsafeMutableBytes(of: &byte) { buffer in
      do throws(MappingError) { _ = try unsafe file.read(into: buffer, at: FileOffset(mark)) } catch
      {
        failure = error
      }
    }
    if let failure { throw failure }
    try MappingError.wrap(.pwrite, file.path) { () throws(Errno) in
      try file.system.write([1], to: file.descriptor, at: mark)
    }
    wasAbandoned = byte != 0
    self.file = file
    self.mark = mark
    self.claim = claim
  }

  // If the mark stays, the next holder is told to look, which is right. Closing the file, which comes
  // after this, releases the lock.
  deinit { try? file.system.write([0], to: file.descriptor, at: mark) }
}
