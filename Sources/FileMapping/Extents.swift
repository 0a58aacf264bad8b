package import SystemPackage

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a file has bytes and where it has holes: ranges without blocks that read as zeros.
///
/// Exact to the blocks of the file system. Where the file system knows no holes, or is known to call
/// bytes holes that were written a moment ago (ZFS), everything is one extent.
package struct Extents: Sendable {
  private let object: MappingObject
  /// Whether what the system says about holes is believed.
  package let areKnown: Bool

  /// Asks what kind of file system it is.
  package init(of object: MappingObject) {
    self.object = object
    areKnown = !object.backing.isMemory && Extents.areKnown(on: object.backing.descriptor)
  }

  /// The first range at or after `offset` that may hold something other than zeros; it ends at the
  /// object's end at the latest. Nil if only a hole follows.
  ///
  /// - Complexity: Two system calls.
  ///
  /// The corresponding C function is `lseek` with `SEEK_DATA` and `SEEK_HOLE`.
  package func first(from offset: UInt64) throws(MappingError) -> Range<UInt64>? {
    let end = object.size.rawValue
    guard offset < end else { return nil }
    guard areKnown else { return offset..<end }
    do throws(Errno) {
      guard let found = try Extents.first(in: object.backing.descriptor, from: offset) else {
        return nil
      }
      guard found.lowerBound < end else { return nil }
      return found.lowerBound..<min(found.upperBound, end)
    } catch .invalidArgument {
      return offset..<end
    } catch {
      throw object.backing.error(.system(error), .lseek)
    }
  }

  /// The same for any open file, up to the file's own end.
  package static func first(
    in descriptor: CInt, from offset: UInt64
  ) throws(Errno) -> Range<UInt64>? {
    guard let start = try seek(descriptor, offset, toHole: false),
      let end = try seek(descriptor, start, toHole: true)
    else { return nil }
    return start..<end
  }

  /// `lseek(2)`; nil if there is nothing up to the end. An extent always has a hole behind it, if
  /// only the one behind the file's end; that there is none means that the file was cut meanwhile.
  private static func seek(
    _ descriptor: CInt, _ offset: UInt64, toHole: Bool
  ) throws(Errno) -> UInt64? {
    #if os(Linux)
      let way = toHole ? linux_seek_hole : linux_seek_data
    #else
      let way = toHole ? SEEK_HOLE : SEEK_DATA
    #endif
    let found = lseek(descriptor, off_t(offset), way)
    if found >= 0 { return UInt64(found) }
    let error = Errno(rawValue: errno)
    // "No such device or address": no such extent.
    if error == .noSuchAddressOrDevice { return nil }
    throw error
  }

  private static func areKnown(on descriptor: CInt) -> Bool {
    #if os(Linux)
      var system = statfs()
      guard unsafe fstatfs(descriptor, &system) == 0 else { return false }
      // ZFS, by its number in its own sources.
      return UInt32(truncatingIfNeeded: system.f_type) != 0x2FC1_2FC1
    #else
      return true
    #endif
  }
}

extension OpenedFile {
  /// The descriptor, for calls that this library does not make. Valid as long as the file is.
  package var lentDescriptor: CInt { descriptor }
}
