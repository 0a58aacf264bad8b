import Foundation
public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A directory that is removed with everything in it when its owner ends.
public struct TemporaryDirectory: ~Copyable {
  /// Where it is.
  public let path: FilePath

  /// Makes one.
  ///
  /// - Parameter isInMemory: Whether it shall be where flushing to the device costs nothing, if the
  ///   system has such a place. Else it is under `$TMPDIR`, or `/tmp`.
  public init(inMemory isInMemory: Bool = false) throws {
    var parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    if isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm") { parent = "/dev/shm" }
    var template = Array("\(parent)/mmscan-test-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { name in
      unsafe mkdtemp(name.baseAddress!).map { unsafe String(cString: $0) }
    }
    guard let made else { throw Errno(rawValue: errno) }
    path = FilePath(made)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path.string)
  }

  /// Writes a file into it.
  public func file(_ bytes: some Sequence<UInt8>, named name: String = "file") throws -> FilePath {
    let file = path.appending(name)
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    return file
  }

  /// Makes a file of `byteCount` bytes that are all holes, then puts `pieces` at their offsets.
  public func sparseFile(
    byteCount: UInt64, _ pieces: [(offset: UInt64, bytes: [UInt8])] = [],
    named name: String = "sparse"
  ) throws -> FilePath {
    let file = path.appending(name)
    let descriptor = try FileDescriptor.open(
      file, .readWrite, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter {
      try descriptor.resize(to: Int64(byteCount))
      for (offset, bytes) in pieces {
        try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes)
      }
    }
    return file
  }
}

/// Cuts or grows a file in place.
public func resize(_ file: FilePath, to byteCount: Int64) throws {
  let descriptor = try FileDescriptor.open(file, .readWrite)
  try descriptor.closeAfter { try descriptor.resize(to: byteCount) }
}

/// How many descriptors this process has open.
public func openDescriptorCount() -> Int {
  // The list has its own descriptor in it.
  (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count - 1) ?? 0
}
