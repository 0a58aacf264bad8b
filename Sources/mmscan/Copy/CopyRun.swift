import Arguments
import FileCopy
import FileMapping
import ScanEngine
import ScanStates
import SystemPackage

/// Copies the file of one command line.
struct CopyRun {
  private let command: CopyCommand
  private let arguments: RawArguments
  private let catalogue: Catalogue
  private let interruption: Interruption
  private let file: FileReport

  init(_ command: CopyCommand, _ arguments: RawArguments) throws(CommandError) {
    self.command = command
    self.arguments = arguments
    catalogue = try Catalogue(command.analyzers, arguments, hasStandard: false)
    interruption = try Interruption()
    file = FileReport(
      arguments.bytes(of: command.source), isFirst: true, isJSON: command.ways.json,
      isQuiet: command.quietness.quiet)
  }

  /// Copies and prints.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    let publisher = ScanPublisher(.copy, fileCount: 1)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    var isThere = false
    do throws(FileFailure) {
      let (answers, outcome) = try copy(publisher, &isThere)
      publisher.end(ScanState.Ending(outcome, hasAnswers: true))
      var verdict = Verdict()
      verdict.add(answers, outcome, of: file)
      return verdict.exitStatus
    } catch {
      return try error.tell(of: file, publisher, interruption) {
        if !isThere { sayThatNothingWasCopied() }
      }
    }
  }

  private func sayThatNothingWasCopied() {
    let name = SafeText.escaped(arguments.bytes(of: command.destination))
    StandardError.print("mmscan: nothing was copied to \(name)")
  }

  private func failure(_ error: CopyError, of source: FilePath) -> FileFailure {
    .failed(error.sentence, of: error.path == source ? nil : bytes(of: error.path))
  }

  /// - Parameter isThere: Becomes whether there is a copy, even if something failed then.
  private func copy(
    _ publisher: ScanPublisher, _ isThere: inout Bool
  ) throws(FileFailure) -> ([Answer], Outcome) {
    let meter = ScanMeter(measures: command.ways.stats)
    let source = arguments.path(of: command.source)
    let copy: PendingCopy
    do throws(CopyError) {
      let destination = arguments.path(of: command.destination)
      copy = try PendingCopy(from: source, to: destination, options: options)
    } catch { throw failure(error, of: source) }
    defer { copy.discard() }

    let bar = ProgressBar(command.ways.progress, isQuiet: command.quietness.quiet)
    bar?.begin(Array(repeating: source, count: command.verify ? 2 : 1), command.part)
    var scan = Scan(options: command.ways.scanOptions)
    scan.options.jobs = jobs
    scan.options.allowsGrowth = command.allowGrowth
    let written = copy.add(to: &scan)
    let asked = catalogue.questions(forFileBeginningWith: nil).map { $0.ask(&scan) }
    publisher.begin(
      file.name, byteCount: copy.source.byteCount, analyzers: scan.labels,
      findings: { progress in asked.flatMap { $0.findings(progress) } })
    bar?.begin(0, file.name)
    let report = try run(scan, over: copy.source, meter.gauge, publisher, bar)
    let seconds = meter.seconds

    if command.verify { try verify(copy, source, publisher, bar) }
    guard !interruption.control.isStopped else {
      let end = copy.source.start + copy.byteCount
      throw .unanswered(
        .interrupted(at: end), byteCount: copy.byteCount, from: copy.source.start)
    }
    do throws(CopyError) { try copy.publish() } catch {
      isThere = copy.isPublished
      throw isThere
        ? .failed(
          "\(error.sentence): the copy is there, but a power failure might take it away",
          of: bytes(of: error.path))
        : failure(error, of: source)
    }
    isThere = true
    bar?.finish()
    let account = CopyAccount(
      destination: bytes(of: copy.path), start: report.inputStart, byteCount: report.byteCount ?? 0,
      writtenByteCount: report[written] ?? 0,
      seconds: meter.seconds, isVerified: command.verify)
    let stats = meter.statistics(
      of: report, scan, finders: asked.flatMap(\.finders), seconds: seconds)
    let answers = asked.compactMap { $0.answer(report) }
    do throws(CommandError) { try file.print(answers, report, stats, copy: account) } catch {
      throw .output(error)
    }
    return (answers, report.outcome)
  }

  /// Compares the copy with the source.
  private func verify(
    _ copy: PendingCopy, _ source: FilePath, _ publisher: ScanPublisher, _ bar: ProgressBar?
  ) throws(FileFailure) {
    var scan = Scan()
    scan.options.windowByteCount = Int(command.ways.window.byteCount)
    scan.options.jobs = command.ways.jobCount
    scan.options.allowsGrowth = command.allowGrowth
    let comparison: Scan.Ticket<UInt64?>
    do throws(CopyError) { comparison = try copy.addComparison(to: &scan) } catch {
      throw failure(error, of: source)
    }
    let name = bytes(of: copy.path)
    publisher.begin(
      name, byteCount: copy.source.byteCount, analyzers: scan.labels, findings: { _ in [] })
    bar?.begin(1, name)
    let report = try run(scan, over: copy.source, nil, publisher, bar)
    if let found = report[comparison], let offset = found {
      throw .failed(
        "the copy differs at offset \(offset): the device or the memory is at fault",
        offset: offset
      )
    }
  }

  /// Runs a scan that must be complete.
  private func run(
    _ scan: Scan, over source: Source, _ gauge: AnonymousMemoryGauge?, _ publisher: ScanPublisher,
    _ bar: ProgressBar?
  ) throws(FileFailure) -> ScanReport {
    let report: ScanReport
    do throws(ScanError) {
      report = try scan.run(
        over: source, control: interruption.control, bar: bar, gauge: gauge, publisher: publisher)
    } catch { throw FileFailure(error) }
    guard report.hasAnswers else {
      throw .unanswered(report.outcome, byteCount: report.byteCount, from: report.inputStart)
    }
    return report
  }

  /// Lanes that may only write would wait for each other; see
  /// Documentation/decisions/0007-one-lane-writes-a-copy-and-the-others-store-it.md.
  private var jobs: Int {
    let isAlone = command.analyzers.isEmpty && command.write == .view
    return command.ways.jobs ?? (isAlone ? 1 : command.ways.jobCount)
  }

  private var options: PendingCopy.Options {
    var options = PendingCopy.Options()
    options.opening.way = command.ways.access.maps ? .automatic : .reading
    command.part.apply(to: &options.opening)
    options.onBegin = { [interruption] discard in interruption.beforeEnding(discard) }
    options.preserves = command.preserve
    options.isDurable = command.durable
    options.way = command.write.way
    return options
  }

  private func bytes(of path: FilePath) -> [UInt8] {
    unsafe path.withPlatformString { name in
      unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    }
  }
}
