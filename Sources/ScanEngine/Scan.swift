import Dispatch
public import FileMapping

/// Why a scan failed.
public enum ScanError: Error, Sendable {
  /// The file could not be read.
  case mapping(MappingError)
  /// An analyzer could not go on; the label is the one it was added with.
  case analysis(label: String, AnalysisError)
}

extension ScanError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .mapping(let error): error.description
    case .analysis(let label, let error): "\(label): \(error)"
    }
  }
}

/// Any number of analyzers that look at one input in one read of it.
///
/// ```swift
/// var scan = Scan()
/// let lines = scan.add(LineCount(), label: "lines")
/// let report = try scan.run(over: Source("access.log"))
/// print(report[lines]?.newlines ?? 0)
/// ```
public struct Scan: Sendable {
  /// How to go about it. Nothing here changes any answer.
  public struct Options: Sendable {
    /// Bytes of the file that a lane maps at one time. 16 MiB; multiples of 2 MiB are fast.
    public var windowByteCount = 16 << 20
    /// Bytes handed to analyzers at one time. 256 KiB, which fits the L2 cache.
    public var tileByteCount = 256 << 10
    /// How many lanes may work at once; at least 1.
    public var jobs = 1
    /// How many scans with such options run at a time and share the memory there is; at least 1.
    public var scansAtOnce = 1
    /// How far apart lanes may be, in bytes of the file, so that what one brings into the page cache
    /// is still there for the next. 64 MiB.
    public var reachByteCount = 64 << 20
    /// How analyzers share lanes.
    public var lanes = LanePlan.Mode.together
    /// Whether to measure what each analyzer costs.
    public var measures = false
    /// Whether a file that only grew while it was scanned still has answers, for the size it had.
    public var allowsGrowth = false
    /// Whether holes are read as everything else is, for file systems that are wrong about them.
    public var readsHoles = false
    /// Whether bytes that cannot be read are skipped, as if they were zeros. Files are read then, not mapped;
    /// see ``Analyzer/toleratesGaps``.
    public var skipsErrors = false
    /// Whether the system is to forget what it keeps of a file for this scan alone. Where a control group leaves less
    /// memory than the file and the standard windows need, it does in any case.
    public var dropsCache = false

    /// The standard options.
    public init() {}
  }

  /// The claim to one analyzer's answer in a report.
  public struct Ticket<Output: Sendable>: Sendable {
    let number: Int
  }

  /// The options.
  public var options: Options
  private(set) var analyzers: [any Analyzer] = []
  private(set) var listeners: [Listener?] = []
  /// What the analyzers are called, in the order in which they were added.
  public private(set) var labels: [String] = []

  /// Makes a scan without analyzers.
  public init(options: Options = Options()) { self.options = options }

  /// Adds an analyzer.
  ///
  /// - Parameters:
  ///   - analyzer: A fresh value. If it is a ``MergeableAnalyzer``, several lanes work on it.
  ///   - label: What to call it in errors and statistics.
  /// - Returns: What to ask the report with.
  public mutating func add<A: Analyzer>(_ analyzer: A, label: String) -> Ticket<A.Output> {
    analyzers.append(analyzer)
    listeners.append(nil)
    labels.append(label)
    return Ticket(number: analyzers.count - 1)
  }

  /// Adds an analyzer that somebody listens to.
  ///
  /// - Parameters:
  ///   - listener: Called with one listing after the other, in the order of the input, while the scan
  ///     runs; never twice at once, on any thread. A listener that is slow slows the scan down, so that
  ///     listings do not pile up. What was listed holds only if the scan has answers in the end.
  public mutating func add<A: ListingAnalyzer>(
    _ analyzer: A, label: String,
    listener: @escaping @Sendable (A.Listing, Recall) -> ListingVerdict
  ) -> Ticket<A.Output> {
    let ticket = add(analyzer, label: label)
    listeners[ticket.number] = Listener(to: A.self, listener)
    return ticket
  }

  /// Adds a scan of what a decoder makes of the input, which runs beside the other analyzers.
  ///
  /// Content is a stream: what the inner scan's analyzers see, and when, is as if it was read from a pipe.
  ///
  /// - Parameters:
  ///   - scan: What to ask of the content. Of its options only `tileByteCount`, `lanes` and `measures`
  ///     count; as many pieces are decoded at a time as the outer scan has jobs, or fewer where a control
  ///     group has little memory.
  ///   - range: Which content is wanted; all by default. Offsets are those of the whole content.
  /// - Returns: What to ask the report for the inner scan's report with.
  public mutating func add(
    _ decoder: any ContentDecoder, content scan: Scan, range: Range<UInt64> = 0..<UInt64.max,
    label: String
  ) -> Ticket<ScanReport> {
    precondition(
      decoder.start.inputOffset == decoder.inputStart || analyzers.isEmpty,
      "who else scans the input needs it from its start")
    return add(ContentRider(decoder, scan, range), label: label)
  }

  /// Reads the input once and asks every analyzer for its answer.
  ///
  /// Blocks the caller until the scan has ended; lanes run on Dispatch queues.
  ///
  /// - Parameters:
  ///   - control: Stops the scan from outside.
  ///   - progress: Called now and then, never twice at once, on any thread.
  /// - Throws: ``ScanError``. A file that changes, shrinks or fails while it is read is not an error
  ///   but an ``Outcome``.
  public func run(
    over source: Source, control: ScanControl = ScanControl(),
    progress: (@Sendable (ScanProgress) -> Void)? = nil
  ) throws(ScanError) -> ScanReport {
    precondition(options.windowByteCount > 0 && options.tileByteCount > 0 && options.jobs > 0)
    precondition(options.scansAtOnce > 0)
    // What is decoded side by side must be in memory together.
    let jobs = max(1, ProcessLimits.memoryShare(24 << 20, upTo: options.jobs))
    for rider in contentRiders { rider.begin(control, jobs: jobs) }
    var report = try run(options.skipsErrors ? source.unmapped : source, control, progress)
    report.inputStart = source.start
    return report
  }

  private func run(
    _ source: Source, _ control: ScanControl, _ progress: (@Sendable (ScanProgress) -> Void)?
  ) throws(ScanError) -> ScanReport {
    switch source.origin {
    case .stream(let stream): return try run(stream, source, plan(nil), control, progress)
    case .object(let object, _) where isSmall(object, from: source.start):
      return try run(atOnce: object, source, control)
    case .object(let object, _):
      return try modest(for: object).run(object, source, control, progress)
    }
  }

  /// The same scan with windows that leave room in memory, where it is short: what lanes look at and what is read
  /// ahead of them must be there together, and be a quarter of it, if windows can be so small, for all scans that
  /// run. What was looked at makes way at once where all of the file has no room, so that the system need not look for room.
  private func modest(for object: MappingObject) -> Scan {
    let unit = UInt64(SlidingView.alignment)
    guard object.size.rawValue > 32 * unit, let memory = ProcessLimits.memoryByteCount else {
      return self
    }
    var scan = self
    let share = memory / 8 / UInt64(options.scansAtOnce)
    let window = max(unit, share / UInt64(max(plan(.max).lanes.count, 1)) / unit * unit)
    scan.options.windowByteCount = min(options.windowByteCount, Int(min(window, 1 << 40)))
    scan.options.reachByteCount = min(options.reachByteCount, Int(min(share, 1 << 40)))
    if window < Options().windowByteCount, object.size.rawValue > memory {
      scan.options.dropsCache = true
    }
    return scan
  }

  var contentRiders: [ContentRider] { analyzers.compactMap { $0 as? ContentRider } }

  /// - Parameter windowCount: nil for a stream.
  func plan(_ windowCount: Int?) -> LanePlan {
    let riders = analyzers.map {
      LanePlan.Rider(isMergeable: $0 is any MergeableAnalyzer, throughput: $0.throughput)
    }
    return LanePlan(for: riders, jobs: options.jobs, mode: options.lanes, windowCount: windowCount)
  }

  // MARK: Files

  /// How a file lies before those who scan it.
  private struct Layout {
    var grid: WindowGrid
    var extents: ExtentCursor
    /// Whether holes are shown as zeros, without a look at the file.
    var skipsHoles: Bool
    /// What cannot be read; nil if that ends the scan.
    var skipped: SkippedBlocks?
  }

  private func layout(
    of object: MappingObject, _ bytes: Range<UInt64>, _ control: ScanControl
  ) throws(MappingError) -> Layout {
    var extents = ExtentCursor(of: object)
    var skipsHoles = false
    if !options.readsHoles, extents.areKnown {
      skipsHoles = try extents.first(from: bytes.lowerBound) != bytes
    }
    let grid = try grid(bytes, &extents)
    return Layout(
      grid: grid, extents: extents, skipsHoles: skipsHoles, skipped: skipped(bytes, control))
  }

  private func grid(
    _ bytes: Range<UInt64>, _ extents: inout ExtentCursor
  ) throws(MappingError) -> WindowGrid {
    let window = UInt64(options.windowByteCount)
    if let first = contentRiders.first?.inputOffset, first > bytes.lowerBound {
      return WindowGrid(bytes, windowByteCount: window, from: min(first, bytes.upperBound))
    }
    let folds = analyzers.map { ($0 as? any MergeableAnalyzer)?.foldsZeros ?? false }
    guard !options.readsHoles, !analyzers.isEmpty,
      zip(analyzers, folds).allSatisfy({ $0.skipsHoles || $1 })
    else { return WindowGrid(bytes, windowByteCount: window) }
    return try WindowGrid(
      of: &extents, bytes, windowByteCount: window,
      visitsOne: folds.contains(true))
  }

  /// What a scan of a file needs before it begins.
  private struct Preparation {
    var layout: Layout
    var plan: LanePlan
    var delivery: Delivery
    /// One for each lane.
    var cursors: [any TileCursor]
  }

  private func prepare(
    _ object: MappingObject, _ source: Source, _ control: ScanControl
  ) throws(MappingError) -> Preparation {
    let layout = try layout(of: object, source.start..<object.size.rawValue, control)
    let plan = plan(layout.grid.count)
    let capacity =
      source.access == .mapped
      ? max(options.windowByteCount, options.tileByteCount) : options.tileByteCount
    let cursors = try plan.lanes.map { _ throws(MappingError) in
      try cursor(over: object, source, layout, capacity: capacity)
    }
    let delivery = try delivery(over: object, source, layout)
    // Besides lanes: what reads ahead, what drops, what calls listeners, and two that Dispatch has for itself.
    let others = options.dropsCache ? 5 : 4
    try ProcessLimits.own.checkRoom(forLanes: plan.lanes.count, besides: others, of: object)
    return Preparation(layout: layout, plan: plan, delivery: delivery, cursors: cursors)
  }

  /// The same scan with less of what there is too little of; nil if nothing is left to save.
  private func modest(
    _ source: Source, after error: MappingError
  ) -> (scan: Scan, source: Source)? {
    guard error.isShortageOfAddresses else { return nil }
    var scan = self
    let unit = SlidingView.alignment
    if source.access == .mapped {
      guard options.windowByteCount > unit, error.reason != .tooManyViews else {
        return (scan, source.unmapped)
      }
      scan.options.windowByteCount = (options.windowByteCount / 2 + unit - 1) / unit * unit
    } else {
      guard options.jobs > 1 || options.lanes == .separate else { return nil }
      (scan.options.jobs, scan.options.lanes) = (1, .together)
    }
    return (scan, source)
  }

  private func run(
    _ object: MappingObject, _ source: Source, _ control: ScanControl,
    _ progress: (@Sendable (ScanProgress) -> Void)?
  ) throws(ScanError) -> ScanReport {
    var preparation: Preparation
    do throws(MappingError) { preparation = try prepare(object, source, control) } catch {
      guard let (scan, source) = modest(source, after: error) else { throw .mapping(error) }
      return try scan.run(object, source, control, progress)
    }
    let (layout, plan) = (preparation.layout, preparation.plan)
    let (grid, delivery) = (layout.grid, preparation.delivery)
    let reach = max(2 * plan.lanes.count, options.reachByteCount / options.windowByteCount)
    let glimpse = Glimpse()
    let ahead = ReadAhead(
      object, grid, layout.extents, maps: source.access == .mapped, reach: plan.lanes.count,
      drops: options.dropsCache, control: control)
    let board = Board(
      plan: plan, grid: grid, reach: reach, control: control, glimpse: glimpse, delivery: delivery,
      ahead: ahead, progress: progress)
    let group = DispatchGroup()
    let fresh = plan.mergeable.map { analyzers[$0] as! any MergeableAnalyzer }
    var lanes: [Lane] = []
    for (index, lane) in plan.lanes.enumerated() {
      lanes.append(
        Lane(
          index: index, cursor: preparation.cursors.removeFirst(), grid: grid,
          tileByteCount: options.tileByteCount,
          board: board, ahead: ahead, control: control, group: group,
          riders: Riders(lane.ordered, of: analyzers, measures: options.measures),
          mergeable: plan.mergeable, fresh: fresh, delivery: delivery, measures: options.measures))
    }
    glimpse.begin(lanes)
    for lane in lanes { lane.start() }
    group.wait()
    delivery.wait()
    for rider in contentRiders { rider.end(isWhole: board.end.isReadToEnd && !control.isStopped) }
    glimpse.end(lanes.map(\.riders))
    // Views keep pages from being dropped. Only what listeners look back at is shown by others.
    for lane in lanes { lane.closeView() }
    ahead.end()

    var report = ScanReport(access: source.access, options: options, plan: plan, labels: labels)
    report.byteCount = UInt64(grid.bytes.count)
    report.windowCount = grid.count
    for lane in lanes {
      report.add(lane.riders.costs, of: lane.riders.numbers)
      report.add(lane.claimCosts, of: plan.mergeable)
    }
    var end = board.end
    // Content that came after somebody asked to stop was dropped, though its windows are done.
    if control.isStopped, !contentRiders.isEmpty { end.isFinished = false }
    report.outcome = try outcome(of: object, end, grid, layout.skipped)
    guard report.hasAnswers else { return report }
    for lane in lanes { try report.take(lane.riders) }
    for (index, number) in plan.mergeable.enumerated() {
      try report.take(end.prefix?.parts[index] ?? fresh[index], number)
    }
    return report
  }

  private func delivery(
    over object: MappingObject, _ source: Source, _ layout: Layout
  ) throws(MappingError) -> Delivery {
    guard listeners.contains(where: { $0 != nil }) else {
      return Delivery(to: listeners, recall: Recall())
    }
    let cursor = try cursor(over: object, source, layout, capacity: Recall.viewByteCount)
    return Delivery(to: listeners, recall: Recall(cursor, over: object, from: source.start))
  }

  /// - Parameter capacity: The largest window or tile, in bytes.
  private func cursor(
    over object: MappingObject, _ source: Source, _ layout: Layout, capacity: Int
  ) throws(MappingError) -> any TileCursor {
    let byteCount = object.size.rawValue
    let cursor: any TileCursor =
      source.access == .mapped
      ? try MappedCursor(
        over: object, from: source.start, capacity: Int(min(byteCount, UInt64(capacity))))
      : ReadCursor(
        over: object, from: source.start, capacity: capacity, skipped: layout.skipped)
    return layout.skipsHoles
      ? HoleCursor(cursor, layout.extents, of: object, from: source.start) : cursor
  }

  /// Where to note what cannot be read of some bytes; nil if that ends the scan.
  func skipped(_ bytes: Range<UInt64>, _ control: ScanControl) -> SkippedBlocks? {
    options.skipsErrors ? SkippedBlocks(bytes, control: control) : nil
  }

  func outcome(
    of object: MappingObject, _ end: Board.End, _ grid: WindowGrid, _ skipped: SkippedBlocks?
  ) throws(ScanError) -> Outcome {
    let outcome = try outcome(of: object, end, grid)
    guard let unreadable = skipped?.summary else { return outcome }
    switch outcome {
    case .complete: return .incomplete(unreadable)
    case .changed(.grew): return options.allowsGrowth ? .incomplete(unreadable) : outcome
    default: return outcome
    }
  }

  private func outcome(
    of object: MappingObject, _ end: Board.End, _ grid: WindowGrid
  ) throws(ScanError) -> Outcome {
    switch end.stop {
    case nil:
      return end.isFinished
        ? object.outcome() : .interrupted(at: grid.range(of: end.windowsDone).lowerBound)
    case .mapping(let error): throw .mapping(error)
    case .unreadable(let offset, let error):
      return object.outcome(failedAt: offset, error: error)
    case .analysis: break
    }
    // A file that changed under the scan explains whatever an analyzer made of it; that it only grew
    // does not, since what was scanned stayed as it was.
    guard case .analysis(let number, let error) = end.stop else { return .complete }
    switch object.outcome() {
    case .complete, .changed(.grew): throw .analysis(label: labels[number], error)
    case let outcome: return outcome
    }
  }

  // MARK: Streams

  private func run(
    _ stream: Source.Stream, _ source: Source, _ plan: LanePlan, _ control: ScanControl,
    _ progress: (@Sendable (ScanProgress) -> Void)?
  ) throws(ScanError) -> ScanReport {
    let lanes = streamLanes(plan, control)
    let glimpse = Glimpse()
    glimpse.begin(lanes)
    let (byteCount, failure) = StreamReader(
      file: stream, lanes: lanes,
      handsOutLines: analyzers.allSatisfy(\.takesLinesEarly),
      chunkByteCount: min(options.windowByteCount, Scan.streamChunkByteCount), control: control,
      glimpse: glimpse, progress: progress
    ).run()
    let isReadToEnd = failure == nil && !control.isStopped && lanes.allSatisfy { $0.stop == nil }
    for rider in contentRiders { rider.end(isWhole: isReadToEnd) }
    glimpse.end(lanes.map(\.riders))

    var report = ScanReport(
      access: source.access, options: options, plan: plan, labels: labels)
    // Where reading stopped once nobody needed more is an accident.
    let isSettled = !lanes.isEmpty && lanes.allSatisfy { $0.isIdle && $0.stop == nil }
    report.byteCount = isSettled ? nil : byteCount
    for lane in lanes { report.add(lane.riders.costs, of: lane.riders.numbers) }
    let stops = lanes.compactMap(\.stop)
    if let failure {
      report.outcome = .faulted(at: failure.offset, reason: failure.error.sentence)
    } else if control.isStopped {
      report.outcome = .interrupted(at: source.start + byteCount)
    } else {
      report.outcome = stream.outcome(
        end: source.start + byteCount, isRead: stops.isEmpty && !isSettled)
    }
    switch stops.min(by: { $0.offset < $1.offset }) {
    case nil: break
    case .analysis(let number, let error):
      switch report.outcome {
      case .complete, .changed(.grew): throw .analysis(label: labels[number], error)
      default: return report
      }
    case .mapping(let error): throw .mapping(error)
    case .unreadable(let offset, let error):
      report.outcome = Outcome(streamLost: offset, error)
    }
    guard report.hasAnswers else { return report }
    for lane in lanes { try report.take(lane.riders) }
    return report
  }

  func streamLanes(_ plan: LanePlan, _ control: ScanControl) -> [StreamLane] {
    let delivery = Delivery(to: listeners, recall: Recall())
    return plan.lanes.enumerated().map { index, lane in
      StreamLane(
        index: index, riders: Riders(lane.ordered, of: analyzers, measures: options.measures),
        tileByteCount: options.tileByteCount, delivery: delivery, control: control)
    }
  }

  /// The report of a scan of content, once its lanes are done.
  ///
  /// - Parameter byteCount: How much content there was; nil if that is not known.
  func report(
    of lanes: [StreamLane], _ plan: LanePlan, byteCount: UInt64?
  ) throws(ScanError) -> ScanReport {
    var report = ScanReport(access: .stream, options: options, plan: plan, labels: labels)
    report.byteCount = byteCount
    for lane in lanes { report.add(lane.riders.costs, of: lane.riders.numbers) }
    switch lanes.compactMap(\.stop).min(by: { $0.offset < $1.offset }) {
    case nil: break
    case .analysis(let number, let error): throw .analysis(label: labels[number], error)
    case .mapping(let error): throw .mapping(error)
    case .unreadable(let offset, let error):
      report.outcome = Outcome(streamLost: offset, error)
      return report
    }
    for lane in lanes { try report.take(lane.riders) }
    return report
  }

  /// The piece of a stream that lanes get at a time, in bytes, at the most.
  private static let streamChunkByteCount = 1 << 20
}
