#if os(Linux)
  public import SystemPackage

  /// Whether ``mountHere(_:on:_:)`` is allowed to do it.
  public let canMount = Program.succeeds("unshare -m mount -t tmpfs none /mnt")

  /// Mounts a file system that only the calling thread sees, and that is gone with it.
  ///
  /// - Parameters:
  ///   - kind: Its kind, for example `tmpfs`.
  ///   - directory: Where it is seen from now on.
  ///   - options: What the kind is told, for example `size=1M`.
  public func mountHere(_ kind: String, on directory: FilePath, _ options: String = "") -> Bool {
    // CLONE_NEWNS; MS_REC and MS_PRIVATE.
    guard unshare(0x20000) == 0, unsafe mount("none", "/", nil, 16_384 | 262_144, nil) == 0
    else { return false }
    return unsafe options.withCString { options in
      unsafe mount("none", directory.string, kind, 0, UnsafeRawPointer(options)) == 0
    }
  }

  // Not every C library's module declares them.
  @_silgen_name("unshare") private func unshare(_ flags: CInt) -> CInt
  @_silgen_name("mount") private func mount(
    _ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>, _ type: UnsafePointer<CChar>?,
    _ flags: UInt, _ options: UnsafeRawPointer?
  ) -> CInt
#endif
