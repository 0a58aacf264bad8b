import Arguments
import FileMapping
import ScanEngine
import ScanStates
import SystemPackage
import ZstdFrames

/// Looks for frames at every offset.
final class FrameCarving: FramesMode {
  private let command: FramesCommand
  private let settings: DecodingSettings
  private let directory: ExtractionDirectory?

  /// Candidates are held per window, and there may be one at every fourth byte.
  private static let windowByteCount = 4 << 20

  init(
    _ command: FramesCommand, _ arguments: RawArguments, _ settings: DecodingSettings
  ) throws(CommandError) {
    (self.command, self.settings) = (command, settings)
    guard let name = command.extract else {
      directory = nil
      return
    }
    guard command.files.operands.count == 1, command.files.list.filesFrom.isEmpty else {
      throw CommandError(
        "--extract names files by their offset in one file: give one file, and a directory for each"
      )
    }
    directory = try ExtractionDirectory(arguments.bytes(of: name))
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    let isEmpty = source.access == .stream && isEmptyFile(source)
    guard source.access != .stream || isEmpty else {
      try input.report.print(
        failure: "frames can only be carved from what can be read more than once, which a stream "
          + "cannot: save it to a file first", offset: nil)
      input.publisher.end(.error)
      return .error
    }
    var scan = Scan()
    scan.options.windowByteCount = min(
      Int(clamping: input.ways.window.byteCount), Self.windowByteCount)
    scan.options.jobs = input.ways.jobCount
    scan.options.measures = input.ways.stats
    input.ways.access.apply(to: &scan.options)
    let control = input.interruption.control
    let printer = CarvedFramePrinter(
      input.name, byteCount: source.byteCount ?? 0, isJSON: input.ways.json)
    if input.fileCount > 1 { printer.begin(isFirst: input.isFirst) }
    let taker = CarvedFrameTaker(settings, control, printer, directory)
    let ticket = scan.add(MagicScan(), label: "magic") { places, recall in
      taker.take(places, recall)
    }

    let meter = ScanMeter(measures: input.ways.stats)
    input.publisher.begin(input.name, byteCount: source.byteCount, analyzers: scan.labels) {
      guard let count = $0[ticket] else { return [] }
      return [
        Finding(
          "magic", words: counted(count, "magic number", "magic numbers"),
          counts: [.init("magic_number_count", count)])
      ]
    }
    let report: ScanReport
    do throws(ScanError) {
      report = try scan.run(
        over: source, control: control, bar: input.bar, gauge: meter.gauge,
        publisher: input.publisher)
    } catch {
      printer.flush()
      input.publisher.end(.error)
      switch error {
      case .mapping(let error): try input.report.print(failure: error.sentence, offset: nil)
      case .analysis: try input.report.print(failure: "\(error)", offset: nil)
      }
      return .error
    }
    return try end(
      report, report[ticket], taker, printer, meter.statistics(of: report, scan), input)
  }

  /// Says how it ended.
  private func end(
    _ report: ScanReport, _ magicNumbers: UInt64?, _ taker: CarvedFrameTaker,
    _ printer: CarvedFramePrinter, _ stats: ScanStatistics?, _ input: FramesInput
  ) throws(CommandError) -> ExitStatus {
    if let failure = taker.failure ?? printer.failure {
      printer.flush()
      input.publisher.end(.error)
      throw failure
    }
    // What was listed may have been left unfinished when all windows were done.
    let outcome =
      taker.stoppedAt.map { report.outcome == .complete ? .interrupted(at: $0) : report.outcome }
      ?? report.outcome
    let summary = CarvingSummary(
      printer.counts, magicNumbers: outcome == .complete ? magicNumbers : nil,
      unexamined: taker.unexaminedCount)
    input.publisher.end(ScanState.Ending(outcome, hasAnswers: outcome == .complete))
    if outcome != .complete { input.report.warn(outcome.sentence) }
    printer.end(summary, from: report.inputStart, outcome, stats)
    if let failure = printer.failure { throw failure }
    if let stats, !input.ways.json { StandardError.print(stats.text) }
    guard outcome == .complete else {
      input.interruption.endIfReceived(after: outcome)
      return .changed
    }
    if !input.ways.json { StandardError.print("\(SafeText.escaped(input.name)): \(summary.text)") }
    return summary.isGood ? .fine : .negative
  }

  /// A file without bytes is read as a stream.
  private func isEmptyFile(_ source: Source) -> Bool {
    var status = stat()
    let result = unsafe source.path.withPlatformString { unsafe stat($0, &status) }
    guard result == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    if status.st_size > 0 { return status.st_size <= source.start }
    // What claims no size may have bytes all the same, as under /proc.
    do {
      let file = try FileDescriptor.open(source.path, .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      var byte: UInt8 = 0
      return try unsafe withUnsafeMutableBytes(of: &byte) { try unsafe file.read(into: $0) } == 0
    } catch {
      return false
    }
  }
}

/// Whoever is handed the magic numbers of one file.
final class CarvedFrameTaker: @unchecked Sendable {
  // SAFETY: listings are handed out by one thread at a time, and the main thread waits for the last.
  private let settings: DecodingSettings
  private let control: ScanControl
  private let printer: CarvedFramePrinter
  private let directory: ExtractionDirectory?
  private var carver: FrameCarver?
  private var isOver = false
  /// Why it cannot go on.
  private(set) var failure: CommandError?
  /// Where it was when somebody stopped it.
  private(set) var stoppedAt: UInt64?

  init(
    _ settings: DecodingSettings, _ control: ScanControl, _ printer: CarvedFramePrinter,
    _ directory: ExtractionDirectory?
  ) {
    (self.settings, self.control, self.printer) = (settings, control, printer)
    self.directory = directory
  }

  var unexaminedCount: UInt64 { carver?.unexaminedCount ?? 0 }

  func take(_ places: MagicPlaces, _ recall: Recall) -> ListingVerdict {
    guard !isOver, !places.isEmpty else { return isOver ? .enough : .goOn }
    let carver = carver ?? self.carver(recall)
    self.carver = carver
    var verdict = ListingVerdict.goOn
    do throws(CarvingStop) { try carver.take(places) } catch {
      isOver = true
      switch error {
      case .unreadable(let offset, let error): verdict = .unreadable(at: offset, error)
      case .stopped:
        if failure == nil, printer.failure == nil { stoppedAt = carver.offset }
        verdict = .enough
      }
    }
    printer.flush()
    return printer.failure == nil ? verdict : .enough
  }

  private func carver(_ recall: Recall) -> FrameCarver {
    let input = CarvingInput(recall) { [control] in control.isStopped }
    let (printer, directory) = (printer, directory)
    return FrameCarver(input, settings) { [unowned self] frame throws(CarvingStop) in
      var name: [UInt8]?
      if let directory {
        do throws(ExtractionFailure) { name = try directory.write(frame, from: input) } catch {
          switch error {
          case .stop(let stop): throw stop
          case .command(let error):
            failure = error
            throw .stopped
          }
        }
      }
      printer.print(frame, extractedTo: name)
      if printer.failure != nil { throw .stopped }
    }
  }
}
