import Arguments
import ScanEngine

/// What a scan cost.
struct ScanStatistics {
  private let report: ScanReport
  private let labels: [String]
  private let options: Scan.Options
  private let seconds: Double
  private let cpuSeconds: Double
  private let minorFaults: UInt64
  private let majorFaults: UInt64
  private let peakMemory: UInt64
  private let anonymousPeak: UInt64?
  private let finders: [(finder: String, patternCount: Int)]

  init(
    _ report: ScanReport, labels: [String], options: Scan.Options, before: ProcessUsage,
    after: ProcessUsage, seconds: Double, anonymousPeak: UInt64?,
    finders: [(finder: String, patternCount: Int)]
  ) {
    self.finders = finders
    self.report = report
    self.labels = labels
    self.options = options
    self.seconds = seconds
    cpuSeconds = after.cpuSeconds - before.cpuSeconds
    minorFaults = after.minorFaults - before.minorFaults
    majorFaults = after.majorFaults - before.majorFaults
    peakMemory = after.peakMemory
    self.anonymousPeak = anonymousPeak
  }

  private var gigabytesPerSecond: Double {
    seconds > 0 ? Double(report.byteCount ?? 0) / 1e9 / seconds : 0
  }

  private func wall(_ cost: Cost) -> Double { Double(cost.wallNanoseconds) / 1e9 }
  private func cpu(_ cost: Cost) -> Double { Double(cost.cpuNanoseconds) / 1e9 }

  /// The `stats` of Documentation/json.md.
  var json: JSON {
    var members: [(String, JSON)] = [
      ("seconds", .decimal(seconds)), ("cpu_seconds", .decimal(cpuSeconds)),
      ("gigabytes_per_second", .decimal(gigabytesPerSecond)),
      ("minor_faults", .integer(minorFaults)), ("major_faults", .integer(majorFaults)),
      ("peak_memory_byte_count", .integer(peakMemory)),
      ("peak_anonymous_byte_count", .integer(anonymousPeak)),
      ("access", .string(report.access.rawValue)),
    ]
    if report.windowCount > 0 {
      members.append(("window_byte_count", .integer(UInt64(report.windowByteCount))))
      members.append(("window_count", .integer(UInt64(report.windowCount))))
    }
    members.append(("jobs", .integer(UInt64(options.jobs))))
    members.append(
      (
        "lanes",
        .array(
          report.plan.lanes.map { lane in
            .object([
              ("analyzers", .array(lane.ordered.map { .string(labels[$0]) })),
              ("claims", .bool(lane.claims)),
            ])
          })
      ))
    members.append(
      (
        "analyzers",
        .array(
          labels.indices.map { number in
            .object([
              ("label", .string(labels[number])),
              ("mergeable", .bool(report.plan.mergeable.contains(number))),
              ("wall_seconds", .decimal(wall(report.costs[number]))),
              ("cpu_seconds", .decimal(cpu(report.costs[number]))),
            ])
          })
      ))
    if !finders.isEmpty {
      members.append(
        (
          "finders",
          .array(
            finders.map { finder in
              .object([
                ("finder", .string(finder.finder)),
                ("patterns", .integer(UInt64(finder.patternCount))),
              ])
            })
        ))
    }
    return .object(members)
  }

  /// The same for people.
  var text: String {
    func fixed(_ value: Double, _ digits: Int = 3) -> String { decimals(value, digits) }
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    var lines = [
      "  time    \(fixed(seconds)) s on the clock, \(fixed(cpuSeconds)) s of CPU, "
        + "\(fixed(gigabytesPerSecond, 1)) GB/s",
      "  memory  \(ByteSize(peakMemory).forPeople) at most"
        + (anonymousPeak.map { ", \(ByteSize($0).forPeople) of it not pages of files" } ?? ""),
      "  faults  \(minorFaults) of pages in memory, \(majorFaults) from the disk",
    ]
    let windows =
      report.windowCount == 0
      ? ""
      : "\(counted(UInt64(report.windowCount), "window", "windows")) of "
        + "\(ByteSize(UInt64(report.windowByteCount)).forPeople), "
    let lanes = counted(UInt64(report.plan.lanes.count), "lane", "lanes")
    lines.append("  access  \(report.access.rawValue), \(windows)\(lanes)")
    for (index, lane) in report.plan.lanes.enumerated() {
      let ordered = lane.ordered.map { labels[$0] }.joined(separator: ", ")
      let claims = lane.claims ? (ordered.isEmpty ? "" : "; ") + "windows nobody has claimed" : ""
      lines.append("  lane \(index)  \(ordered)\(claims)")
    }
    lines.append("  \(left("analyzer", 10))  wall s   CPU s   in windows")
    for number in labels.indices {
      let isMerged = report.plan.mergeable.contains(number)
      lines.append(
        "  \(left(labels[number], 10))  \(fixed(wall(report.costs[number])))   "
          + "\(fixed(cpu(report.costs[number])))   \(isMerged ? "yes" : "no, in order")")
    }
    for finder in finders {
      let patterns = counted(UInt64(finder.patternCount), "pattern", "patterns")
      lines.append("  finder  \(finder.finder), \(patterns)")
    }
    return lines.joined(separator: "\n")
  }
}
