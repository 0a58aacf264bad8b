import Dispatch
import FileMapping

/// Has windows read from a slow device before a lane comes to them, and, if asked to, lets the system forget what
/// it keeps of them for nobody else.
///
/// A window counts as cold if its first byte is not in memory when it comes near. Of a file that is in memory
/// altogether one byte is asked for in each window, and nothing else is done.
final class ReadAhead: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.read-ahead")
  private let object: MappingObject
  private let grid: WindowGrid
  private let reach: Int
  private let drops: Bool
  /// Windows before this one were looked at.
  private var next = 0
  /// Windows that nobody had in memory, and that were not dropped, in ascending order.
  private var cold: [Int] = []

  /// - Parameters:
  ///   - reach: How many windows are read before a lane comes to the first of them.
  ///   - drops: Whether what was cold is dropped when everybody is done with it.
  init(_ object: MappingObject, _ grid: WindowGrid, reach: Int, drops: Bool) {
    (self.object, self.grid, self.reach, self.drops) = (object, grid, reach, drops)
  }

  /// Notes that a lane begins with a window.
  func begin(_ window: Int) {
    queue.sync {
      while next < min(grid.count, window + reach + 1) {
        let range = grid.range(of: next)
        if !object.isCached(at: range.lowerBound) {
          // The lane that is at it reads it itself.
          if next != window { object.prefetch(range) }
          if drops { cold.append(next) }
        }
        next += 1
      }
    }
  }

  /// Notes that everybody is done with all windows before one. What a view still shows is not dropped.
  func end(before window: Int) {
    guard drops else { return }
    queue.sync {
      let count = cold.prefix { $0 < window }.count
      for number in cold.prefix(count) { object.forget(grid.range(of: number)) }
      cold.removeFirst(count)
    }
  }
}
