package import SystemPackage

/// Where a file has bytes and where it has holes: ranges without blocks that read as zeros.
///
/// Exact to the blocks of the file system. Where the file system knows no holes, or is known to call
/// bytes holes that were written a moment ago (ZFS), everything is one extent.
package struct Extents: Sendable {
  private let object: MappingObject
  /// Whether what the system says about holes is believed.
  package let areKnown: Bool

  /// The extents of an object's file.
  package init(of object: MappingObject) {
    self.object = object
    areKnown = !object.backing.isMemory && object.backing.file.fileSystem != .unsureOfHoles
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
    let backing = object.backing
    do throws(Errno) {
      guard let found = try Self.first(in: backing.descriptor, from: offset, backing.system) else {
        return nil
      }
      guard found.lowerBound < end else { return nil }
      return found.lowerBound..<min(found.upperBound, end)
    } catch .invalidArgument {
      return offset..<end
    } catch {
      throw backing.error(.system(error), .lseek)
    }
  }

  /// The same for any open file, up to the file's own end.
  package static func first(
    in descriptor: CInt, from offset: UInt64, _ system: SystemCalls = .live
  ) throws(Errno) -> Range<UInt64>? {
    // An extent always has a hole behind it, if only the one behind the file's end; that there is none means
    // that the file was cut meanwhile.
    guard let start = try system.seek(descriptor, offset, toHole: false),
      let end = try system.seek(descriptor, start, toHole: true)
    else { return nil }
    return start..<end
  }
}

extension OpenedFile {
  /// The descriptor, for calls that this library does not make. Valid as long as the file is.
  package var lentDescriptor: CInt { descriptor }
}
