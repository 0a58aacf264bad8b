import Arguments
import FileMapping
import ScanEngine
import ScanStates
import ZstdFrames

/// Prints a line for each frame.
final class FrameListing: FramesMode {
  private let command: FramesCommand
  private let settings: DecodingSettings

  /// Frames are held per window, and there may be one in every eight bytes.
  private static let windowByteCount = 2 << 20
  /// How many bad frames are named in one sentence.
  private static let namedDamageCount = 100
  private static let emptiness = "it is empty"

  init(_ command: FramesCommand, _ settings: DecodingSettings) {
    (self.command, self.settings) = (command, settings)
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    let printer = FramePrinter(input.name, isJSON: input.ways.json)
    if input.fileCount > 1 { printer.begin(isFirst: input.isFirst) }
    return try command.decode
      ? listDecoded(source, printer, input) : list(source, printer, input)
  }

  // MARK: From headers

  private func list(
    _ source: Source, _ printer: FramePrinter, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    var scan = Scan()
    scan.options.windowByteCount = min(
      Int(clamping: input.ways.window.byteCount), Self.windowByteCount)
    scan.options.measures = input.ways.stats
    input.ways.access.apply(to: &scan.options)
    let ticket = scan.add(
      FrameWalk(listLimit: 0, isListening: true), label: "frames"
    ) { frames, _ in
      for frame in frames { printer.print(frame) }
      printer.flush()
      return printer.failure == nil ? .goOn : .enough
    }
    let meter = ScanMeter(measures: input.ways.stats)
    input.publisher.begin(input.name, byteCount: source.byteCount, analyzers: scan.labels) {
      guard let list = $0[ticket] else { return [] }
      return [
        Finding(
          "frames", words: counted(list.frameCount, "frame", "frames"),
          counts: [.init("frame_count", list.zstdFrameCount)])
      ]
    }
    let report: ScanReport
    do throws(ScanError) {
      report = try scan.run(
        over: source, control: input.interruption.control, bar: input.bar, gauge: meter.gauge,
        publisher: input.publisher)
    } catch {
      input.publisher.end(.error)
      switch error {
      case .mapping(let error): try input.report.print(failure: error.sentence, offset: nil)
      case .analysis: try input.report.print(failure: "\(error)", offset: nil)
      }
      return .error
    }
    if let failure = printer.failure { throw failure }
    let list = report[ticket]
    var trailing = list?.trailing.map { "\($0)" }
    if list?.frameCount == 0, trailing == nil { trailing = Self.emptiness }
    if let stats = meter.statistics(of: report, scan) { StandardError.print(stats.text) }
    return try end(
      printer, report.outcome, byteCount: report.byteCount, from: source.start,
      trailing: trailing, trailing == nil ? .fine : .negative, input)
  }

  // MARK: With what comes out

  private func listDecoded(
    _ source: Source, _ printer: FramePrinter, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    var damage: [String] = []
    let verifier = FrameVerifier(settings, jobs: input.ways.jobCount)
    let found = try input.verify(source, verifier) { finding in
      switch finding {
      case .frame(let frame, let contentByteCount):
        printer.print(frame, contentByteCount: contentByteCount)
      case .damage(let bad):
        printer.print(bad)
        if damage.count < Self.namedDamageCount {
          damage.append("frame \(bad.index) at offset \(bad.range.lowerBound): \(bad.reason)")
        }
      case .disagreement(let index, let offset, let reason):
        if damage.count < Self.namedDamageCount {
          damage.append("frame \(index) at offset \(offset): \(reason)")
        }
      case .good: break
      }
    }
    guard let found else { return .error }
    printer.flush()
    if let failure = printer.failure { throw failure }
    if found.frameCount == 0, damage.isEmpty { damage = [Self.emptiness] }
    return try end(
      printer, found.outcome, byteCount: found.byteCount(of: source), from: source.start,
      trailing: damage.isEmpty ? nil : damage.joined(separator: "; "), found.exitStatus, input)
  }

  private func end(
    _ printer: FramePrinter, _ outcome: Outcome, byteCount: UInt64?, from start: UInt64,
    trailing: String?,
    _ status: ExitStatus, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    input.publisher.end(ScanState.Ending(outcome, hasAnswers: outcome == .complete))
    if outcome == .complete, let trailing { input.report.warn(trailing) }
    printer.end(outcome, byteCount: byteCount, from: start, trailing: trailing)
    if let failure = printer.failure { throw failure }
    guard outcome == .complete else { return input.end(unanswered: outcome) }
    return status
  }
}
