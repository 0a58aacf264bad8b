import Dispatch
import FileMapping

/// Has windows read from a slow device before a lane comes to them, and, if asked to, lets the system forget what
/// it keeps of them for nobody else.
///
/// A window counts as cold if not all of its first extent is in memory when it comes near. A lane that begins with
/// a cold window waits until it was read: bytes that come because a lane touches them come in smaller pieces, and
/// lie in memory in smaller pages for whoever maps the file after that.
final class ReadAhead: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.read-ahead")
  /// Where reading waits for the device, window after window.
  private let device = DispatchQueue(label: "mmscan.device")
  private let object: MappingObject
  private let extents: Extents
  private let maps: Bool
  private let grid: WindowGrid
  private let reach: Int
  private let drops: Bool
  /// Windows before this one were looked at.
  private var next = 0
  /// What is being read; a window's group is left when it is there.
  private var loads: [Int: DispatchGroup] = [:]
  /// Windows that nobody had in memory, and that were not dropped, in ascending order.
  private var cold: [Int] = []
  private var isEnded = false

  /// - Parameters:
  ///   - maps: Whether the file is read through mappings. The system reads ahead for other readers by itself.
  ///   - reach: How many windows are read before a lane comes to the first of them.
  ///   - drops: Whether what was cold is dropped when everybody is done with it.
  init(_ object: MappingObject, _ grid: WindowGrid, maps: Bool, reach: Int, drops: Bool) {
    (self.object, self.grid, self.maps) = (object, grid, maps)
    (self.reach, self.drops) = (reach, drops)
    extents = Extents(of: object)
  }

  /// Notes that a lane begins with a window, and waits until what has to be read of it is there.
  func begin(_ window: Int) {
    let load = queue.sync {
      while next < min(grid.count, window + reach + 1) {
        look(at: next)
        next += 1
      }
      return loads[window]
    }
    load?.wait()
  }

  private func look(at window: Int) {
    let range = grid.range(of: window)
    guard let extent = extent(from: range.lowerBound), extent.lowerBound < range.upperBound,
      !object.isCached(extent.clamped(to: range))
    else { return }
    if drops { cold.append(window) }
    guard maps else { return }
    let group = DispatchGroup()
    loads[window] = group
    device.async(group: group) {
      self.load(range)
      self.queue.sync { self.loads[window] = nil }
    }
  }

  /// Notes that everybody is done with all windows before one. What a view still shows is not dropped.
  func end(before window: Int) {
    guard drops else { return }
    queue.sync {
      let count = cold.prefix { $0 < window }.count
      for number in cold.prefix(count) {
        device.async { self.object.forget(self.grid.range(of: number)) }
      }
      cold.removeFirst(count)
    }
  }

  /// Ends it; what was to be dropped is.
  func end() {
    end(before: grid.count)
    queue.sync { isEnded = true }
    if drops { device.sync {} }
  }

  private func load(_ range: Range<UInt64>) {
    var offset = range.lowerBound
    while let extent = extent(from: offset), extent.lowerBound < range.upperBound,
      !queue.sync(execute: { isEnded })
    {
      object.load(extent.clamped(to: range))
      offset = extent.upperBound
    }
  }

  /// What cannot be told will be told by the lane that comes there.
  private func extent(from offset: UInt64) -> Range<UInt64>? { try? extents.first(from: offset) }
}
