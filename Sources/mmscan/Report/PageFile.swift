import SystemPackage

/// The file of a page. It gets its name when it is complete, in one step; until then the name is whose it was.
struct PageFile {
  /// Why there is no page.
  struct Failure: Error {
    var reason: String
  }

  private let path: FilePath
  /// What stands there and is replaced; nil if nothing does.
  private let existing: stat?

  /// Looks at what stands at the name, links followed.
  ///
  /// - Parameter input: The file that is reported on, which must not be replaced by its report.
  init(_ path: FilePath, besides input: FilePath?) throws(Failure) {
    var status = stat()
    guard unsafe path.withPlatformString({ unsafe stat($0, &status) }) == 0 else {
      let error = Errno(rawValue: errno)
      guard error == .noSuchFileOrDirectory else { throw Failure(reason: error.description) }
      (self.path, existing) = (path, nil)
      return
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure(reason: "is a directory") }
    var other = stat()
    if let input, unsafe input.withPlatformString({ unsafe stat($0, &other) }) == 0,
      other.st_dev == status.st_dev, other.st_ino == status.st_ino
    {
      throw Failure(reason: "is the file that is reported on")
    }
    existing = status
    // A link stays one.
    let resolved = unsafe path.withPlatformString { unsafe realpath($0, nil) }
    if let resolved = unsafe resolved {
      self.path = unsafe FilePath(platformString: resolved)
      unsafe free(resolved)
    } else {
      self.path = path
    }
  }

  /// Writes the page.
  func write(_ text: [UInt8], _ interruption: Interruption) throws(Failure) {
    if let existing, existing.st_mode & S_IFMT != S_IFREG {
      // A device or a pipe is written to, not replaced.
      return try write(text, to: path, options: [.closeOnExec])
    }
    let hidden = path.removingLastComponent()
      .appending(".mmscan-\(String(UInt64.random(in: .min ... .max), radix: 36)).part")
    interruption.beforeEnding { PageFile.remove(hidden) }
    do throws(Failure) {
      try write(text, to: hidden, options: [.create, .exclusiveCreate, .closeOnExec])
      let renamed = unsafe hidden.withPlatformString { old in
        unsafe path.withPlatformString { new in unsafe rename(old, new) }
      }
      guard renamed == 0 else { throw Failure(reason: Errno(rawValue: errno).description) }
    } catch {
      PageFile.remove(hidden)
      throw error
    }
    interruption.beforeEnding {}
  }

  private func write(
    _ text: [UInt8], to path: FilePath, options: FileDescriptor.OpenOptions
  ) throws(Failure) {
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: options, permissions: FilePermissions(rawValue: 0o666))
      do {
        if let existing, existing.st_mode & S_IFMT == S_IFREG {
          guard fchmod(file.rawValue, existing.st_mode & 0o777) == 0 else {
            throw Errno(rawValue: errno)
          }
        }
        try file.writeAll(text)
      } catch {
        try? file.close()
        throw error
      }
      // Some file systems say only here that there was no room.
      try file.closeOnce()
    } catch { throw Failure(reason: (error as? Errno)?.description ?? "\(error)") }
  }

  private static func remove(_ path: FilePath) {
    _ = unsafe path.withPlatformString { unsafe unlink($0) }
  }
}
