import Dispatch
import FileMapping

/// The extents of what is copied, by their places in the copy, asked for by several lanes.
///
/// Remembers the extent that was asked for last: finding the end of a long one costs some file systems
/// a look at every page of it.
final class SourceExtents: Sendable {
  private let extents: Extents
  /// Where in the source the copy begins.
  private let start: UInt64
  private let queue = DispatchQueue(label: "mmscan.copy.extents")
  // SAFETY: touched on `queue` only.
  nonisolated(unsafe) private var last: (asked: UInt64, extent: Range<UInt64>)?

  init(of object: MappingObject, from start: UInt64) {
    (extents, self.start) = (Extents(of: object), start)
  }

  /// The first range at or after `offset` that may hold something other than zeros; nil if only a hole
  /// follows.
  func first(from offset: UInt64) throws(CopyError) -> Range<UInt64>? {
    let found: Result<Range<UInt64>?, MappingError> = queue.sync {
      if let last = unsafe last, (last.asked..<last.extent.upperBound).contains(offset) {
        return .success(max(offset, last.extent.lowerBound)..<last.extent.upperBound)
      }
      do throws(MappingError) {
        guard let found = try extents.first(from: start + offset) else { return .success(nil) }
        let extent = found.lowerBound - start..<found.upperBound - start
        unsafe last = (offset, extent)
        return .success(extent)
      } catch { return .failure(error) }
    }
    do throws(MappingError) { return try found.get() } catch { throw CopyError(error) }
  }
}
