import FileMapping
import SystemPackage

/// A mapped part of the copy that a writer stores into. Used by one lane at a time.
final class CopySlice: @unchecked Sendable {
  /// Size in bytes, but for the last: what the page cache's large folios have.
  static let byteCount: UInt64 = 2 << 20

  /// The place of the slice that holds the byte at `offset`, though the copy may end in it.
  static func range(around offset: UInt64) -> Range<UInt64> {
    let start = offset / byteCount * byteCount
    return start..<start + byteCount
  }

  private let path: FilePath
  private var view: MutableMappedView

  /// Maps the slice of `object` that holds the byte at `offset`.
  init(of object: MappingObject, around offset: UInt64) throws(CopyError) {
    path = object.path
    let start = CopySlice.range(around: offset).lowerBound
    let byteCount = min(CopySlice.byteCount, object.size.rawValue - start)
    do throws(MappingError) {
      view = try object.writableView(at: FileOffset(start), length: byteCount)
    } catch { throw CopyError(error) }
  }

  /// Where it lies in the copy.
  var range: Range<UInt64> { view.offset.rawValue..<view.offset.rawValue + UInt64(view.byteCount) }

  /// Makes the pages of a part of it at once, which is cheaper than one by one when they are stored to.
  func populate(_ part: Range<UInt64>, _ system: SystemCalls) {
    let start = Int(part.lowerBound - range.lowerBound)
    view.withBytes { bytes in
      unsafe bytes.extracting(start..<start + part.count).withUnsafeBytes {
        unsafe system.populate($0, forWriting: true)
      }
    }
  }

  /// Stores bytes at their offset in the copy, inside ``range``.
  func store(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(CopyError) {
    let start = Int(offset - range.lowerBound)
    view.withMutableBytes { span in
      unsafe span.withUnsafeMutableBytes { room in
        unsafe UnsafeMutableRawBufferPointer(rebasing: room[start..<start + bytes.count])
          .copyMemory(from: bytes)
      }
    }
    if view.fault != nil { throw CopyError(.ioError, .mmap, path) }
  }
}
