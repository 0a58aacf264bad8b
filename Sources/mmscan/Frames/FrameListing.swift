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

  init(_ command: FramesCommand, _ settings: DecodingSettings) {
    (self.command, self.settings) = (command, settings)
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    let printer = FramePrinter(input.name, isJSON: input.ways.json)
    if command.files.count > 1 { printer.begin(isFirst: input.isFirst) }
    return try command.decode
      ? listDecoded(source, printer, input) : list(source, printer, input)
  }

  // MARK: From headers

  private func list(
    _ source: Source, _ printer: FramePrinter, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    var scan = Scan()
    scan.options.windowByteCount = Self.windowByteCount
    scan.options.measures = input.ways.stats
    let ticket = scan.add(
      FrameWalk(listLimit: 0, isListening: true), label: "frames"
    ) { frames, _ in
      for frame in frames { printer.print(frame) }
      printer.flush()
      return printer.failure == nil ? .goOn : .enough
    }
    let gauge = input.ways.stats ? AnonymousMemoryGauge() : nil
    let before = ProcessUsage.now
    let start = ContinuousClock.now
    input.publisher.begin(input.name, byteCount: source.byteCount, analyzers: scan.labels) {
      guard let list = $0[ticket] else { return [] }
      return [
        Finding(
          "frames", words: counted(list.frameCount, "frame", "frames"),
          counts: [.init("frame_count", list.zstdFrameCount)])
      ]
    }
    let bar =
      StandardOutput.isTerminal ? nil : ProgressBar(input.name, mode: input.ways.progress)
    let report: ScanReport
    do throws(ScanError) {
      report = try scan.run(
        over: source, control: input.interruption.control, bar: bar, gauge: gauge,
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
    var trailing = list?.trailing
    if list?.frameCount == 0, trailing == nil {
      trailing = Trailing(offset: 0, reason: .truncated(.magicNumber, missingByteCount: 4))
    }
    gauge?.look()
    if input.ways.stats, report.hasAnswers {
      StandardError.print(
        ScanStatistics(
          report, labels: scan.labels, options: scan.options, before: before, after: .now,
          seconds: (ContinuousClock.now - start) / .seconds(1), anonymousPeak: gauge?.peak,
          finders: []
        ).text)
    }
    return try end(
      printer, report.outcome, byteCount: report.byteCount ?? 0,
      trailing: trailing.map { "\($0)" }, isSound: trailing == nil, input)
  }

  // MARK: With what comes out

  private func listDecoded(
    _ source: Source, _ printer: FramePrinter, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    let bar =
      StandardOutput.isTerminal ? nil : ProgressBar(input.name, mode: input.ways.progress)
    var damage: [String] = []
    let verifier = FrameVerifier(settings, jobs: input.ways.jobCount)
    let found = try input.verify(source, verifier, bar: bar) { finding in
      switch finding {
      case .frame(let frame, let contentByteCount):
        printer.print(frame, contentByteCount: contentByteCount)
      case .damage(let bad):
        // The others are listed all the same.
        if damage.count < 100 {
          damage.append("frame \(bad.index) at offset \(bad.range.lowerBound): \(bad.reason)")
        }
      case .good, .disagreement: break
      }
    }
    guard let found else { return .error }
    printer.flush()
    if let failure = printer.failure { throw failure }
    let isSound = found.damageCount == 0 && found.unverifiedCount == 0 && found.frameCount > 0
    if found.frameCount == 0, damage.isEmpty { damage = ["there is no frame"] }
    return try end(
      printer, found.outcome, byteCount: found.byteCount,
      trailing: damage.isEmpty ? nil : damage.joined(separator: "; "), isSound: isSound, input)
  }

  private func end(
    _ printer: FramePrinter, _ outcome: Outcome, byteCount: UInt64, trailing: String?,
    isSound: Bool, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    input.publisher.end(ScanState.Ending(outcome, hasAnswers: outcome == .complete))
    if outcome == .complete, let trailing { input.report.warn(trailing) }
    printer.end(outcome, byteCount: byteCount, trailing: trailing)
    if let failure = printer.failure { throw failure }
    guard outcome == .complete else { return input.end(unanswered: outcome) }
    return isSound ? .fine : .negative
  }
}
