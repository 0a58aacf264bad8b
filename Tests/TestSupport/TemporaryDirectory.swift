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
    let isThere = isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
    try self.init(in: isThere ? "/dev/shm" : Self.usualParent)
  }

  /// Makes one on a device, so that the system can forget what it keeps of files in memory.
  public init(onDevice isOnDevice: Bool) throws {
    try self.init(in: isOnDevice ? Self.parentOnDevice ?? Self.usualParent : Self.usualParent)
  }

  private static var usualParent: String {
    unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  }

  /// Where files can be forgotten: in the usual place, or in what is built; nil if in neither.
  private static let parentOnDevice: String? = [usualParent, packageRoot + "/.build"].first {
    let forgets = try? Program.shell(
      """
      file=$(mktemp -p "$1") || exit; trap 'rm "$file"' EXIT
      head -c 1M /dev/zero >"$file" && sync "$file" && dd if="$file" iflag=nocache count=0 status=none
      [ "$(fincore --bytes --noheadings --output RES "$file" | tr -d ' ')" = 0 ]
      """, [$0])
    return forgets?.status == 0
  }

  /// Whether there is a device; asked with `fincore`.
  public static let canBeOnDevice = parentOnDevice != nil

  private init(in parent: String) throws {
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
