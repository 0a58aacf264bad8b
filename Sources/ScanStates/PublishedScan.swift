public import FileMapping

/// A scan of another process, as it tells of itself.
///
/// It keeps a view of the other's memory and no handle, so that the name ends with the other process,
/// and what was said last can be read all the same.
public struct PublishedScan: ~Copyable, Sendable {
  /// What can be seen of a scan.
  public enum Sighting: Equatable, Sendable {
    /// It runs. The state is nil as long as it has not said anything.
    case running(ScanState?)
    /// It ended, and said how.
    case ended(ScanState)
    /// Its process is gone and did not say how it ended. The state is the last one it published.
    case lost(ScanState?)
  }

  /// The process.
  public let pid: Int32
  private let name: ObjectName
  private let view: MappedView
  private let system: SystemCalls
  private var last: ScanState?

  /// Finds the scan of a process.
  ///
  /// - Throws: `MappingError` with `.nameNotFound` if it publishes none, or whatever the system says.
  public init(pid: Int32) throws(MappingError) { try self.init(pid: pid, system: .live) }

  package init(pid: Int32, system: SystemCalls) throws(MappingError) {
    let name = try ScanState.objectName(pid: pid)
    view = try MappingObject.open(named: name, system: system).view()
    self.pid = pid
    self.name = name
    self.system = system
  }

  /// Looks at it.
  ///
  /// - Complexity: A few system calls.
  public mutating func look() -> Sighting {
    read()
    if let last, last.ending != nil { return .ended(last) }
    guard !isAlive else { return .running(last) }
    // Its last word may have come since.
    read()
    if let last, last.ending != nil { return .ended(last) }
    return .lost(last)
  }

  /// Reads what the memory holds, unless that is no state.
  private mutating func read() {
    guard let state = ScanState(in: view.bytes, pid: pid) else { return }
    last = state
  }

  /// Whether the name still is this scan's. Another process may have got the number meanwhile.
  private var isAlive: Bool {
    do throws(MappingError) {
      let other = try MappingObject.open(named: name, system: system).view()
      guard let last, let state = ScanState(in: other.bytes, pid: pid) else { return true }
      return state.start == last.start
    } catch {
      // Only that there is no such name says that it ended.
      return error.reason != .nameNotFound
    }
  }

  /// The states of every scan of this user that runs, by number of the process.
  ///
  /// Memory that holds no state, or none yet, is passed over.
  ///
  /// - Throws: `MappingError` if the directory of names cannot be read, or is refused.
  public static func all() throws(MappingError) -> [ScanState] { try all(system: .live) }

  package static func all(system: SystemCalls) throws(MappingError) -> [ScanState] {
    try ObjectName.existing(system: system).compactMap { ScanState.pid(in: $0) }.sorted().compactMap
    {
      pid in
      guard var scan = try? PublishedScan(pid: pid, system: system),
        case .running(let state) = scan.look()
      else { return nil }
      return state
    }
  }
}

extension ScanState {
  /// Reads a state. Its process is the one whose name the memory has, whatever it says.
  init?(in memory: RawSpan, pid: Int32) {
    guard let record = SharedRecord.read(from: memory), let state = ScanState(record: record)
    else { return nil }
    self = state
    self.pid = pid
  }
}
