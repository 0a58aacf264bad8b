import FileMapping

extension Scan {
  /// Whether a file is scanned at once, by the thread that asks: to wake others for it would cost more than to
  /// read it.
  func isSmall(_ object: MappingObject, from start: UInt64) -> Bool {
    object.size.rawValue - start <= UInt64(min(options.windowByteCount, options.tileByteCount))
      && options.lanes == .together && contentRiders.isEmpty
  }

  /// Scans a small file.
  func run(
    atOnce object: MappingObject, _ source: Source, _ control: ScanControl
  ) throws(ScanError) -> ScanReport {
    let bytes = source.start..<object.size.rawValue
    let byteCount = UInt64(bytes.count)
    var plan = LanePlan(for: [], jobs: 1)
    plan.lanes = [LanePlan.Lane(ordered: Array(analyzers.indices), claims: false)]
    var riders = Riders(Array(analyzers.indices), of: analyzers, measures: options.measures)
    let skipped = skipped(bytes, control)
    let cursor = ReadCursor(
      over: object, from: source.start, capacity: Int(byteCount), skipped: skipped)
    let isDropped = options.dropsCache && object.isCold(bytes)
    defer { if isDropped { object.forget(bytes) } }
    var stop: Stop?
    if !control.isStopped {
      do throws(TileFailure) {
        try cursor.withTile(at: source.start, byteCount: Int(byteCount)) {
          stop = riders.update($0)
        }
      } catch { stop = Stop(error) }
    }
    if stop == nil, !control.isStopped, listeners.contains(where: { $0 != nil }) {
      let recall = Recall(
        ReadCursor(
          over: object, from: source.start, capacity: Int(byteCount), skipped: skipped),
        over: object, from: source.start)
      let delivery = Delivery(to: listeners, recall: recall)
      switch delivery.deliver(riders.takeListings(listeners)) {
      case .goOn, .enough: break
      case .unreadable(let offset, let error): stop = .unreadable(at: offset, error)
      }
    }
    var report = ScanReport(access: .read, options: options, plan: plan, labels: labels)
    report.byteCount = byteCount
    report.windowCount = 1
    report.add(riders.costs, of: riders.numbers)
    let isDone = stop == nil && !control.isStopped
    report.outcome = try outcome(
      of: object,
      Board.End(
        prefix: nil, stop: stop, isFinished: isDone, windowsDone: isDone ? 1 : 0,
        isReadToEnd: isDone),
      WindowGrid(bytes, windowByteCount: UInt64(options.windowByteCount)), skipped)
    if report.hasAnswers { try report.take(riders) }
    return report
  }
}
