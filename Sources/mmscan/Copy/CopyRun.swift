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
      arguments.bytes(of: command.source), isFirst: true, isJSON: command.ways.json)
  }

  /// Copies and prints.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    // A limit on the size of files must be an error, not an end.
    signal(SIGXFSZ, SIG_IGN)
    let publisher = ScanPublisher(.copy, fileCount: 1)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    do throws(Failure) {
      let answers = try copy(publisher)
      publisher.end(.complete)
      var status = ExitStatus.fine
      for answer in answers {
        if let reason = answer.inexact {
          file.warn(reason)
          status = status.merged(with: .error)
        }
        if answer.checkFailed || answer.found == false { status = status.merged(with: .negative) }
      }
      return status
    } catch {
      switch error {
      case .output(let error):
        publisher.end(.error)
        throw error
      case .unsettled(let reason, let path):
        publisher.end(.error)
        try file.print(failure: reason, offset: nil, of: bytes(of: path))
        return .error
      case .unanswered(let outcome, let byteCount):
        publisher.end(ScanState.Ending(outcome, hasAnswers: false))
        try file.print(
          unanswered: outcome, byteCount: byteCount, partial: interruption.partial)
        sayThatNothingWasCopied()
        interruption.endIfReceived(after: outcome)
        return .changed
      case .failed(let reason, let offset, let other):
        publisher.end(.error)
        try file.print(failure: reason, offset: offset, of: other.map { bytes(of: $0) })
        sayThatNothingWasCopied()
        return .error
      }
    }
  }

  private func sayThatNothingWasCopied() {
    let name = SafeText.escaped(arguments.bytes(of: command.destination))
    StandardError.print("mmscan: nothing was copied to \(name)")
  }

  /// Why there is no copy.
  private enum Failure: Error {
    case unanswered(Outcome, byteCount: UInt64?)
    /// `of` is the file that is the reason; nil for the source.
    case failed(String, offset: UInt64? = nil, of: FilePath? = nil)
    /// There is one, but it is not safe.
    case unsettled(String, of: FilePath)
    case output(CommandError)

    init(_ error: CopyError, of source: FilePath) {
      self = .failed(error.sentence, of: error.path == source ? nil : error.path)
    }

    init(_ error: ScanError) {
      switch error {
      case .mapping(let error): self = .failed(error.sentence)
      case .analysis(let label, let error):
        self = .failed("\(label): \(error)", offset: error.offset)
      }
    }
  }

  private func copy(_ publisher: ScanPublisher) throws(Failure) -> [Answer] {
    let meter = ScanMeter(measures: command.ways.stats)
    let source = arguments.path(of: command.source)
    let copy: PendingCopy
    do throws(CopyError) {
      copy = try PendingCopy(from: source, to: destination, options: options)
    } catch { throw Failure(error, of: source) }
    defer { copy.discard() }

    var scan = Scan()
    scan.options.windowByteCount = Int(command.ways.window.byteCount)
    scan.options.jobs = jobs
    scan.options.measures = command.ways.stats
    command.ways.access.apply(to: &scan.options)
    scan.options.allowsGrowth = command.allowGrowth
    let written = copy.add(to: &scan)
    let asked = catalogue.questions(forFileBeginningWith: nil).map { $0.ask(&scan) }
    publisher.begin(
      file.name, byteCount: copy.source.byteCount, analyzers: scan.labels,
      findings: { progress in asked.flatMap { $0.findings(progress) } })
    let report = try run(scan, over: copy.source, named: file.name, meter.gauge, publisher)
    let seconds = meter.seconds

    if command.verify { try verify(copy, source, publisher) }
    guard !interruption.control.isStopped else {
      throw .unanswered(.interrupted(at: copy.byteCount), byteCount: copy.byteCount)
    }
    do throws(CopyError) { try copy.publish() } catch {
      throw copy.isPublished
        ? .unsettled(
          "\(error.sentence): the copy is there, but a power failure might take it away",
          of: error.path)
        : Failure(error, of: source)
    }
    let account = CopyAccount(
      destination: bytes(of: copy.path), byteCount: report.byteCount ?? 0,
      writtenByteCount: report[written] ?? 0,
      seconds: meter.seconds, isVerified: command.verify)
    let stats = meter.statistics(
      of: report, scan, finders: asked.flatMap(\.finders), seconds: seconds)
    let answers = asked.compactMap { $0.answer(report) }
    do throws(CommandError) { try file.print(answers, report, stats, copy: account) } catch {
      throw .output(error)
    }
    return answers
  }

  /// Compares the copy with the source.
  private func verify(
    _ copy: PendingCopy, _ source: FilePath, _ publisher: ScanPublisher
  ) throws(Failure) {
    var scan = Scan()
    scan.options.windowByteCount = Int(command.ways.window.byteCount)
    scan.options.jobs = command.ways.jobCount
    scan.options.allowsGrowth = command.allowGrowth
    let comparison: Scan.Ticket<UInt64?>
    do throws(CopyError) { comparison = try copy.addComparison(to: &scan) } catch {
      throw Failure(error, of: source)
    }
    let name = bytes(of: copy.path)
    publisher.begin(
      name, byteCount: copy.source.byteCount, analyzers: scan.labels, findings: { _ in [] })
    let report = try run(scan, over: copy.source, named: name, nil, publisher)
    if let found = report[comparison], let offset = found {
      throw .failed(
        "the copy differs at offset \(offset): the device or the memory is at fault", offset: offset
      )
    }
  }

  /// Runs a scan that must be complete.
  private func run(
    _ scan: Scan, over source: Source, named name: [UInt8], _ gauge: AnonymousMemoryGauge?,
    _ publisher: ScanPublisher
  ) throws(Failure) -> ScanReport {
    let report: ScanReport
    do throws(ScanError) {
      report = try scan.run(
        over: source, control: interruption.control,
        bar: ProgressBar(name, mode: command.ways.progress), gauge: gauge,
        publisher: publisher)
    } catch { throw Failure(error) }
    guard report.hasAnswers else {
      throw .unanswered(report.outcome, byteCount: report.byteCount)
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
    options.maps = command.ways.access.maps
    options.onBegin = { [interruption] discard in interruption.beforeEnding(discard) }
    options.preserves = command.preserve
    options.isDurable = command.durable
    options.way = command.write.way
    return options
  }

  /// The destination. A slash at its end says that it is a directory, which `FilePath` would not keep.
  private var destination: FilePath {
    let path = arguments.path(of: command.destination)
    return arguments.bytes(of: command.destination).last == UInt8(ascii: "/")
      ? path.appending(FilePath.Component(".")) : path
  }

  private func bytes(of path: FilePath) -> [UInt8] {
    unsafe path.withPlatformString { name in
      unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    }
  }
}
