/// What came of a scan.
public struct ScanReport: Sendable {
  /// How it ended.
  public internal(set) var outcome = Outcome.complete
  /// How the bytes were read.
  public let access: Source.Access
  /// Size of the input, in bytes: what the file had when it was opened, or what a stream gave. Nil for
  /// a stream that was not read to its end because no analyzer needed more.
  public internal(set) var byteCount: UInt64?
  /// Where the input begins: the offset of the first byte that was scanned.
  public internal(set) var inputStart: UInt64 = 0
  /// Which analyzer rode in which lane.
  public let plan: LanePlan
  /// How many windows the file fell into; 0 for a stream.
  public internal(set) var windowCount = 0
  /// How much of the file a window held, in bytes: what was asked for, or less where addresses are short.
  public let windowByteCount: Int
  /// What each analyzer cost, in the order in which they were added. All zero unless measured.
  public internal(set) var costs: [Cost]

  private let labels: [String]
  private let allowsGrowth: Bool
  private var outputs: [(any Sendable)?]

  init(access: Source.Access, options: Scan.Options, plan: LanePlan, labels: [String]) {
    self.access = access
    self.plan = plan
    self.labels = labels
    windowByteCount = options.windowByteCount
    allowsGrowth = options.allowsGrowth
    costs = Array(repeating: Cost(), count: labels.count)
    outputs = Array(repeating: nil, count: labels.count)
  }

  /// Whether there are answers: the scan is complete, or the file only grew and that was allowed, or some bytes
  /// were skipped and that was allowed.
  public var hasAnswers: Bool {
    switch outcome {
    case .complete, .incomplete: true
    case .changed(.grew): allowsGrowth
    default: false
    }
  }

  /// An analyzer's answer; nil unless ``hasAnswers``, and if it means nothing without the bytes that were skipped.
  public subscript<Output>(ticket: Scan.Ticket<Output>) -> Output? {
    guard let output = outputs[ticket.number] else { return nil }
    return output as? Output
  }

  mutating func add(_ costs: [Cost], of numbers: [Int]) {
    for (cost, number) in zip(costs, numbers) { self.costs[number].add(cost) }
  }

  mutating func take(_ riders: Riders) throws(ScanError) {
    for (number, analyzer) in zip(riders.numbers, riders.analyzers) { try take(analyzer, number) }
  }

  mutating func take(_ analyzer: any Analyzer, _ number: Int) throws(ScanError) {
    if case .incomplete = outcome, !analyzer.toleratesGaps { return }
    do throws(AnalysisError) {
      outputs[number] = try analyzer.finalize()
    } catch {
      throw .analysis(label: labels[number], error)
    }
  }
}
