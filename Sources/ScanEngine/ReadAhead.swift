import Dispatch
import FileMapping
import Synchronization

/// Has windows read from a slow device before a lane comes to them, and, if asked to, lets the system forget what
/// it keeps of them for nobody else.
///
/// A window counts as cold if not all of its first extent is in memory when it comes near. A lane that begins with
/// a cold window waits until it was read: bytes that come because a lane touches them come in smaller pieces, and
/// lie in memory in smaller pages for whoever maps the file after that.
final class ReadAhead: @unchecked Sendable {
  // SAFETY: `loaded` is only touched on `device`, everything else that is mutable on `queue`.
  private let queue = DispatchQueue(label: "mmscan.read-ahead")
  /// Where reading waits for the device, window after window.
  private let device = DispatchQueue(label: "mmscan.device")
  /// Where the system forgets, while the device works.
  private let dropping = DispatchQueue(label: "mmscan.drop")
  private let object: MappingObject
  private let maps: Bool
  private let grid: WindowGrid
  private let reach: Int
  private let drops: Bool
  private let control: ScanControl
  private let isCancelled = Atomic(false)
  private var extents: ExtentCursor
  private var extentsToLoad: ExtentCursor
  /// Windows before this one were looked at, and read if they were cold.
  private var next = 0
  /// Windows before this one were looked at to see whether they are to be dropped.
  private var nextToDrop = 0
  /// What is being read; a window's group is left when it is there.
  private var loads: [Int: DispatchGroup] = [:]
  /// Windows that were not in memory and are to be dropped, in ascending order.
  private var toDrop: [Int] = []

  /// Of a large window only the front is read ahead, since memory must hold it until a lane comes there.
  private static let frontByteCount: UInt64 = 64 << 20
  /// So far ahead of what is read, nothing is in memory because of that: the system reads ahead by itself.
  private static let distanceByteCount: UInt64 = 64 << 20
  /// How much is read before somebody looks whether it is still wanted.
  private static let stepByteCount: UInt64 = 4 << 20
  /// Extents so near to each other are read as one.
  private static let gapByteCount: UInt64 = 64 << 10
  private static let patience = DispatchTimeInterval.milliseconds(50)

  /// - Parameters:
  ///   - maps: Whether the file is read through mappings. The system reads ahead for other readers by itself.
  ///   - reach: How many windows are read before a lane comes to the first of them.
  ///   - drops: Whether what was cold is dropped when everybody is done with it.
  init(
    _ object: MappingObject, _ grid: WindowGrid, _ extents: ExtentCursor, maps: Bool, reach: Int,
    drops: Bool, control: ScanControl
  ) {
    (self.object, self.grid, self.maps) = (object, grid, maps)
    (self.reach, self.drops, self.control) = (reach, drops, control)
    (self.extents, extentsToLoad) = (extents, extents)
  }

  /// Notes that a lane begins with a window, and waits until what has to be read of it is there, or is not wanted
  /// any more.
  func begin(_ window: Int) {
    guard maps || drops else { return }
    let load = queue.sync {
      let distance = Int(Self.distanceByteCount / grid.windowByteCount)
      while drops, nextToDrop < min(grid.count, window + reach + 1 + distance) {
        if isMostlyCold(nextToDrop) { toDrop.append(nextToDrop) }
        nextToDrop += 1
      }
      while maps, next < min(grid.count, window + reach + 1) {
        if isCold(next) { startLoading(next) }
        next += 1
      }
      return loads[window]
    }
    guard let load else { return }
    // Whatever a device does, a scan can be stopped.
    while load.wait(timeout: .now() + Self.patience) == .timedOut, !control.isStopped {}
  }

  private func isCold(_ window: Int) -> Bool {
    let range = front(of: window)
    guard !object.isCached(range) else { return false }
    let extent = first(&extents, range)
    return !extent.isEmpty && (extent == range || !object.isCached(extent))
  }

  /// Whether nobody has it in memory, but for a few pages.
  private func isMostlyCold(_ window: Int) -> Bool {
    let extent = first(&extents, front(of: window))
    return !extent.isEmpty && object.isCold(extent)
  }

  private func startLoading(_ window: Int) {
    let range = front(of: window)
    let group = DispatchGroup()
    loads[window] = group
    device.async(group: group) {
      self.load(range)
      self.queue.sync { self.loads[window] = nil }
    }
  }

  private func front(of window: Int) -> Range<UInt64> {
    let range = grid.range(of: window)
    return range.lowerBound..<min(range.upperBound, range.lowerBound + Self.frontByteCount)
  }

  /// Notes that everybody is done with all windows before one. What a view still shows is not dropped.
  func end(before window: Int) {
    guard drops else { return }
    queue.sync {
      let count = toDrop.prefix { $0 < window }.count
      for number in toDrop.prefix(count) {
        dropping.async { self.object.forget(self.grid.range(of: number)) }
      }
      toDrop.removeFirst(count)
    }
  }

  /// Reads nothing more.
  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Ends it; what was to be dropped is, unless the scan was stopped.
  func end() {
    cancel()
    guard drops, !control.isStopped else { return }
    device.sync {}
    end(before: grid.count)
    dropping.sync {}
  }

  private func load(_ range: Range<UInt64>) {
    var extent = first(&extentsToLoad, range)
    while !extent.isEmpty, !isCancelled.load(ordering: .relaxed), !control.isStopped {
      let limit = extent.lowerBound + Self.stepByteCount - extent.lowerBound % Self.stepByteCount
      var end = min(extent.upperBound, limit)
      var next = first(&extentsToLoad, end..<range.upperBound)
      while !next.isEmpty, next.upperBound <= limit, next.lowerBound - end <= Self.gapByteCount {
        end = next.upperBound
        next = first(&extentsToLoad, end..<range.upperBound)
      }
      object.load(extent.lowerBound..<end)
      extent = next
    }
  }

  /// What cannot be told will be told by the lane that comes there.
  private func first(_ extents: inout ExtentCursor, _ range: Range<UInt64>) -> Range<UInt64> {
    guard !range.isEmpty, let found = try? extents.first(from: range.lowerBound) else {
      return range.upperBound..<range.upperBound
    }
    return found.clamped(to: range)
  }
}
