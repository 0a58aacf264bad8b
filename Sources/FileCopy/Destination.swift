import Dispatch
import FileMapping
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file that a copy is written to. It gets its name when it is complete, or goes.
///
/// Where the file system can, the file has no name until then, so that nothing stays behind however
/// the process ends. Elsewhere it has a hidden name, which ``discard()`` takes away.
final class Destination: Sendable {
  /// The name for messages.
  let path: FilePath
  private let target: Target
  private let directory: Descriptor
  private let file: Descriptor
  private let system: SystemCalls
  /// Two writers of one file wait for each other in the kernel, which costs more than waiting here.
  private let writing = DispatchQueue(label: "mmscan.copy.writing")
  private let naming = DispatchQueue(label: "mmscan.copy.naming")
  // SAFETY: touched on `naming` only.
  nonisolated(unsafe) private var hiddenName: FilePath?
  nonisolated(unsafe) private var isDiscarded = false
  nonisolated(unsafe) private var isNamed = false

  /// Makes an empty file beside the target.
  ///
  /// - Parameter mode: The permissions of a new file, before the process's umask takes its part.
  init(at target: Target, mode: mode_t, _ system: SystemCalls) throws(CopyError) {
    (path, self.target, self.system) = (target.path, target, system)
    let opened: CInt
    do throws(Errno) { opened = try system.openDirectory(target.directory) } catch {
      throw CopyError(error, .open, target.directory)
    }
    directory = Descriptor(owning: opened, system)
    let unnamed = try? system.createUnnamed(in: opened, mode: mode)
    if let unnamed, system.canBeLinked(unnamed) {
      file = Descriptor(owning: unnamed, system)
      return
    }
    if let unnamed { system.close(unnamed) }
    var made: (CInt, FilePath)?
    repeat {
      let name = Destination.randomName()
      do throws(Errno) {
        made = (try system.create(name.string, in: opened, mode: mode), name)
      } catch .fileExists {
        continue
      } catch {
        throw CopyError(error, .open, target.directory)
      }
    } while made == nil
    file = Descriptor(owning: made!.0, system)
    unsafe hiddenName = made!.1
  }

  deinit { discard() }

  var descriptor: CInt { file.number }

  private static func randomName() -> FilePath {
    FilePath(".mmscan-\(String(UInt64.random(in: .min ... .max), radix: 36)).part")
  }

  // MARK: Contents

  /// Gives the file its size and every extent its blocks, so that a full disk says so now.
  ///
  /// - Returns: Whether the file system does give blocks in advance.
  func reserve(_ byteCount: UInt64, _ extents: SourceExtents) throws(CopyError) -> Bool {
    do throws(Errno) { try system.resize(file.number, to: byteCount) } catch {
      throw CopyError(error, .ftruncate, path, wanted: byteCount)
    }
    var offset: UInt64 = 0
    var total: UInt64 = 0
    while let extent = try extents.first(from: offset) {
      total += UInt64(extent.count)
      do throws(Errno) {
        guard try system.allocate(file.number, extent) else { return false }
      } catch {
        throw CopyError(error, .fallocate, path, wanted: max(total, byteCount))
      }
      offset = extent.upperBound
    }
    return true
  }

  /// Writes bytes at an offset. One caller writes at a time; others wait.
  ///
  /// - Throws: The system's reason. Bytes that are mapped from a file that was cut are written as the
  ///   zeros that reading gives; whoever mapped them learns of it from the fault guard.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(CopyError) {
    // The kernel cannot wait for pages of the source while it holds one of the copy: it would give up
    // what it copied so far, fill the rest with zeros, and begin again.
    unsafe system.populate(bytes, forWriting: false)
    let failure: Errno? = writing.sync {
      do throws(Errno) {
        try unsafe writeAll(bytes, at: offset)
        return nil
      } catch { return error }
    }
    if let failure { throw CopyError(failure, .pwrite, path, wanted: UInt64(bytes.count)) }
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) {
    var written = 0
    while written < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
      do throws(Errno) {
        written += try unsafe system.write(file.number, rest, at: offset + UInt64(written))
      } catch .badAddress {
        // The kernel does not raise SIGBUS for pages that it cannot read on our behalf. Reading them
        // here does, and then there are zeros.
        let copy = unsafe [UInt8](rest)
        return try writeAll(copy, at: offset + UInt64(written))
      }
    }
  }

  private func writeAll(_ bytes: [UInt8], at offset: UInt64) throws(Errno) {
    var written = 0
    while written < bytes.count {
      let result: Result<Int, Errno> = unsafe bytes.withUnsafeBytes { buffer in
        do throws(Errno) {
          let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
          return .success(
            try unsafe system.write(file.number, rest, at: offset + UInt64(written)))
        } catch { return .failure(error) }
      }
      written += try result.get()
    }
  }

  /// The file as something that can be viewed for writing.
  func object(of byteCount: UInt64) throws(CopyError) -> MappingObject {
    do throws(MappingError) {
      let opened = try OpenedFile(duplicating: FileDescriptor(rawValue: file.number), as: path)
      return try MappingObject(
        file: opened, protection: .readWrite, size: FileOffset(byteCount), allocation: .onDemand)
    } catch { throw CopyError(error) }
  }

  /// See ``CopySlice/populate(_:_:)``.
  func populate(_ slice: CopySlice, _ part: Range<UInt64>) { slice.populate(part, system) }

  /// Reads bytes of the copy, as many as the buffer holds or the file has.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(CopyError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let came: Int
      do throws(Errno) {
        came = try unsafe system.read(
          file.number, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]),
          at: offset + UInt64(filled))
      } catch { throw CopyError(error, .pread, path) }
      if came == 0 { break }
      filled += came
    }
    return filled
  }

  /// Brings everything to the device and drops it from memory, so that reading tells what is there.
  func settle() throws(CopyError) {
    try flush()
    system.forgetPages(file.number)
  }

  private func flush() throws(CopyError) {
    do throws(Errno) { try system.flush(file.number) } catch {
      throw CopyError(error, .fsync, path)
    }
  }

  /// Size in bytes.
  func byteCount() throws(CopyError) -> UInt64 {
    do throws(Errno) { return try system.attributes(of: file.number).byteCount } catch {
      throw CopyError(error, .fstat, path)
    }
  }

  /// The first extent of the copy at or after `offset`; nil if only a hole follows.
  func firstExtent(from offset: UInt64) throws(CopyError) -> Range<UInt64>? {
    do throws(Errno) { return try Extents.first(in: file.number, from: offset) } catch {
      throw CopyError(error, .lseek, path)
    }
  }

  // MARK: Attributes

  /// Gives the file its owner and mode, and, if they are to be preserved, the source's mode and times.
  func setAttributes(preserving source: Attributes?) throws(CopyError) {
    let made: Attributes
    do throws(Errno) { made = try system.attributes(of: file.number) } catch {
      throw CopyError(error, .fstat, path)
    }
    var owner = (made.user, made.group)
    if let existing = target.existing, owner != (existing.user, existing.group) {
      // Whoever may write a file may not always give one away; then the copy is the writer's own.
      if (try? system.setOwner(of: file.number, to: existing.user, existing.group)) != nil {
        owner = (existing.user, existing.group)
      }
    }
    if let kept = source ?? target.existing {
      // A program that runs as its owner must not do so as another.
      let isOwners = source != nil && owner == (kept.user, kept.group)
      let mode = kept.mode & (isOwners ? 0o7777 : 0o777)
      do throws(Errno) { try system.setMode(of: file.number, to: mode) } catch {
        throw CopyError(error, .fchmod, path)
      }
    }
    guard let source else { return }
    do throws(Errno) {
      try system.setTimes(of: file.number, accessed: source.accessed, modified: source.modified)
    } catch { throw CopyError(error, .futimens, path) }
  }

  // MARK: Names

  /// Gives the file its name, and takes it from the file that had it.
  ///
  /// - Parameter isDurable: Whether both the file and its name survive a power failure from now on.
  func publish(isDurable: Bool) throws(CopyError) {
    do throws(Errno) { try system.checkWritten(file.number) } catch {
      throw CopyError(error, .close, path)
    }
    var opened: Descriptor?
    if isDurable {
      try flush()
      do throws(Errno) {
        opened = Descriptor(owning: try system.reopenDirectory(directory.number), system)
      } catch { throw CopyError(error, .open, target.directory) }
    }
    let failure: CopyError? = naming.sync {
      do throws(CopyError) {
        guard unsafe !isDiscarded else { throw CopyError(.canceled, .link, path) }
        try giveName()
        unsafe isNamed = true
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    guard let opened else { return }
    do throws(Errno) { try system.flush(opened.number) } catch .invalidArgument {
      // A file system that has nothing to flush for a directory.
    } catch { throw CopyError(error, .fsync, target.directory) }
  }

  private func giveName() throws(CopyError) {
    if unsafe hiddenName == nil {
      if target.existing == nil {
        return try name(.link) { () throws(Errno) in
          try system.link(file.number, as: target.name, in: directory.number)
        }
      }
      // Only a name can replace a name, so the file gets one for a moment.
      let hidden = Destination.randomName()
      try name(.link) { () throws(Errno) in
        try system.link(file.number, as: hidden, in: directory.number)
      }
      unsafe hiddenName = hidden
    }
    guard let hidden = unsafe hiddenName else { return }
    if target.existing == nil {
      do throws(Errno) {
        try system.link(hidden, as: target.name, in: directory.number)
        return removeHiddenName()
      } catch .fileExists {
        throw CopyError(.appeared, operation: .link, path: path)
      } catch {
        // A file system without hard links: the name may be taken since we looked, for a moment.
      }
    }
    try name(.rename) { () throws(Errno) in
      try system.rename(hidden, to: target.name, in: directory.number)
    }
    unsafe hiddenName = nil
  }

  private func name(
    _ operation: CopyError.Operation, _ call: () throws(Errno) -> Void
  ) throws(CopyError) {
    do throws(Errno) { try call() } catch .fileExists {
      throw CopyError(.appeared, operation: operation, path: path)
    } catch { throw CopyError(error, operation, path) }
  }

  /// Takes a hidden name away; the file goes with its last descriptor. May be called at any time, by
  /// any thread, and again.
  func discard() {
    naming.sync {
      unsafe isDiscarded = true
      removeHiddenName()
    }
  }

  /// Whether the file has got its name.
  var isPublished: Bool { naming.sync { unsafe isNamed } }

  private func removeHiddenName() {
    guard let name = unsafe hiddenName else { return }
    system.remove(name, in: directory.number)
    unsafe hiddenName = nil
  }
}
