import FileMapping
import ScanEngine
import ScanStates
import SystemPackage
import TextStatistics
import ZstdFrames

/// Counts in the files of one command line, one after the other.
struct CountRun {
  private let command: CountCommand
  private let names: CountNames
  private let quoting: ShellQuoting
  private let rules: CharacterRules
  private let content: ContentRequest?
  private let interruption: Interruption
  private let ways: WayOptions
  private let columns: CountColumns
  private let options: Scan.Options

  init(_ command: CountCommand, _ arguments: RawArguments) throws(CommandError) {
    // Before names are read, which may take as long as somebody else likes.
    interruption = try Interruption()
    self.command = command
    ways = command.ways
    rules = try .ofEnvironment()
    quoting = ShellQuoting(rules)
    content = try ContentRequest(command.content, arguments)
    names = try CountNames(command, arguments, quoting)
    var columns = CountColumns(command.counts)
    columns.width = names.width(columns, command.counts.total)
    self.columns = columns
    options = ways.scanOptions
  }

  /// What is told of a file.
  private struct Counted {
    var counts: Counts
    /// Where the part begins that was counted.
    var start: UInt64
    var answers: [Answer] = []
    var report: ScanReport?
    var statistics: ScanStatistics?
  }

  /// Why a file has no counts.
  private enum Failure: Error {
    /// In the system's words, as wc has them.
    case unopened(String, isDirectory: Bool)
    case failed(String, offset: UInt64?)
    case unanswered(Outcome, byteCount: UInt64?, from: UInt64)
    case output(CommandError)

    init(_ error: ScanError) {
      self =
        switch error {
        case .mapping(let error): .failed(error.sentence, offset: nil)
        case .analysis(let label, let error): .failed("\(label): \(error)", offset: error.offset)
        }
    }
  }

  /// Counts and prints.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    let inputs = names.inputs
    let publisher = ScanPublisher(.count, fileCount: inputs.count)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    let bar = ProgressBar(ways.progress, isQuiet: command.quietness.quiet)
    bar?.begin(inputs.map(\.progressPath), command.inputs.part)
    let small = SmallFiles(fileCount: inputs.count, jobs: options.jobs) { _, index in
      countAhead(inputs[index])
    }
    var status = ExitStatus.fine
    var total = Counts()
    var text: [UInt8] = []
    func flush() throws(CommandError) {
      if !text.isEmpty { try StandardOutput.write(text) }
      text = []
    }
    for (index, input) in inputs.enumerated() {
      let name = input.name ?? Array("standard input".utf8)
      let file = FileReport(
        input.name ?? [UInt8(ascii: "-")], isFirst: index == 0, isJSON: ways.json,
        isQuiet: command.quietness.quiet)
      if case .unfit(let reason) = input {
        try flush()
        warn(reason)
        status = status.merged(with: .negative)
        continue
      }
      do throws(Failure) {
        let counted: Counted
        let ahead = small.take(index)
        bar?.begin(index, file.name)
        if let ahead {
          publisher.begin(file.name, byteCount: nil, analyzers: []) { _ in [] }
          counted = try ahead.get()
        } else {
          // Whoever waits for what comes next sees what is there.
          do throws(CommandError) { try flush() } catch { throw Failure.output(error) }
          counted = try count(input, file, publisher, bar)
        }
        bar?.end(byteCount: counted.report?.byteCount ?? counted.counts.bytes)
        publisher.end(.complete)
        total.add(counted.counts)
        do throws(CommandError) {
          try print(counted, of: input, file, to: &text)
          if text.count > 1 << 15 || counted.report?.byteCount ?? 0 > 1 << 20 { try flush() }
        } catch { throw Failure.output(error) }
      } catch {
        try flush()
        switch error {
        case .unopened(let reason, let isDirectory):
          publisher.end(.error)
          warn("\(quoting.text(name)): \(reason)")
          if ways.json {
            try file.printJSON(failure: reason)
          } else if isDirectory, command.counts.total != .only {
            text += columns.line(Counts(), name: shown(input))
          }
          status = status.merged(with: .negative)
        case .output(let error): throw error
        case .failed(let reason, let offset):
          publisher.end(.error)
          try file.print(failure: reason, offset: offset)
          status = status.merged(with: .error)
        case .unanswered(let outcome, let byteCount, let start):
          publisher.end(ScanState.Ending(outcome, hasAnswers: false))
          try file.print(
            unanswered: outcome, byteCount: byteCount, from: start, partial: interruption.partial)
          interruption.endIfReceived(after: outcome)
          status = status.merged(with: .changed)
        }
      }
    }
    // As wc, which closes it in the end.
    if isInputClosed, inputs.contains(where: \.isStandardInput) { warn("-: Bad file descriptor") }
    if !ways.json, sumIsPrinted {
      if total.isTooLarge {
        try flush()
        warn("total: \(Errno.overflow)")
        status = status.merged(with: .negative)
      }
      text += columns.line(
        total, name: command.counts.total == .only ? nil : Array("total".utf8))
    }
    try flush()
    bar?.finish()
    return status
  }

  /// Whether nobody gave a standard input: what stands in its place cannot be read.
  private var isInputClosed: Bool { fcntl(0, F_GETFL) & O_ACCMODE == O_WRONLY }

  private var sumIsPrinted: Bool {
    switch command.counts.total {
    case .auto: names.inputs.count > 1
    case .always, .only: true
    case .never: false
    }
  }

  /// The name behind a line of counts.
  private func shown(_ input: CountNames.Input) -> [UInt8]? {
    guard let name = input.name else { return nil }
    let fit = name.contains(10) ? quoting.quoted(name) : name
    return SafeText.printable(fit, onTerminal: StandardOutput.isTerminal)
  }

  private func warn(_ sentence: String) {
    StandardError.print(
      "mmscan: \(StandardError.isTerminal ? SafeText.escaped(sentence.utf8) : sentence)")
  }

  private func print(
    _ counted: Counted, of input: CountNames.Input, _ file: FileReport, to text: inout [UInt8]
  ) throws(CommandError) {
    guard !ways.json else {
      try file.printJSON(
        byteCount: counted.counts.bytes, from: counted.start, counted.answers, counted.statistics)
      return
    }
    if command.counts.total != .only { text += columns.line(counted.counts, name: shown(input)) }
    text += Answer.lines(counted.answers.filter { $0.key == "health" })
    if let statistics = counted.statistics { StandardError.print(statistics.text) }
  }

  private func open(_ input: CountNames.Input) throws(Failure) -> Source {
    if input.isStandardInput, isInputClosed {
      throw .unopened("Bad file descriptor", isDirectory: true)
    }
    do throws(MappingError) {
      return try command.inputs.open(input.path, ways.access)
    } catch {
      switch error.reason {
      case .accessDenied: throw .unopened("Permission denied", isDirectory: false)
      case .notMappable(.directory): throw .unopened("Is a directory", isDirectory: true)
      case .system(let reason): throw .unopened(reason.description, isDirectory: false)
      default: throw .unopened(error.advice, isDirectory: false)
      }
    }
  }

  private func inquiry(
    of source: Source, _ name: [UInt8]
  ) throws(Failure) -> CountInquiry {
    var decoder: ZstdContent?
    do throws(ScanError) {
      decoder = try content?.decoder(of: source, named: name, interruption.control)
    } catch { throw Failure(error) }
    return CountInquiry(
      columns, health: command.counts.health, isJSON: ways.json, rules, options, decoder,
      content?.range ?? 0..<UInt64.max)
  }

  private func count(
    _ input: CountNames.Input, _ file: FileReport, _ publisher: ScanPublisher, _ bar: ProgressBar?
  ) throws(Failure) -> Counted {
    let meter = ScanMeter(measures: ways.stats)
    let source = try open(input)
    if let counted = unread(source) {
      publisher.begin(file.name, byteCount: source.byteCount, analyzers: []) { _ in [] }
      return counted
    }
    let inquiry = try inquiry(of: source, file.name)
    publisher.begin(
      file.name, byteCount: source.byteCount, analyzers: inquiry.layered.scan.labels,
      findings: { inquiry.findings($0) })
    let report: ScanReport
    do throws(ScanError) {
      report = try inquiry.layered.scan.run(
        over: source, control: interruption.control, bar: bar, gauge: meter.gauge,
        publisher: publisher)
    } catch { throw Failure(error) }
    return try counted(
      inquiry, report, statistics: meter.statistics(of: report, inquiry.layered.scan))
  }

  /// The size of a file whose bytes alone are asked for: nothing has to be read for that.
  private func unread(_ source: Source) -> Counted? {
    let asked = command.counts
    guard columns.bytes || columns.characters, !columns.lines, !columns.words,
      !columns.longestLine, !asked.health, content == nil, !ways.stats,
      !columns.characters || !rules.isUTF8, !ways.json || !columns.characters
    else { return nil }
    // Files of the system claim whole pages, and have less.
    let stream = source.streamSize.flatMap { $0 % 4096 == 0 ? nil : $0 }
    return (source.byteCount ?? stream).map {
      Counted(counts: Counts(characters: $0, bytes: $0), start: source.start)
    }
  }

  private func counted(
    _ inquiry: CountInquiry, _ report: ScanReport, statistics: ScanStatistics?
  ) throws(Failure) -> Counted {
    guard let result = inquiry.result(of: report) else {
      throw .unanswered(report.outcome, byteCount: report.byteCount, from: report.inputStart)
    }
    return Counted(
      counts: result.counts, start: report.inputStart, answers: result.answers, report: report,
      statistics: statistics)
  }

  /// Counts in a small file before it is its turn; nil if it is none, or if something is to be seen of the scan.
  private func countAhead(_ input: CountNames.Input) -> Result<Counted, Failure>? {
    guard let path = input.path, content == nil, !ways.stats, !interruption.control.isStopped,
      path.namesSmallFile
    else { return nil }
    do throws(Failure) {
      let source = try open(input)
      if let counted = unread(source) { return .success(counted) }
      let inquiry = try inquiry(of: source, [])
      let report: ScanReport
      do throws(ScanError) {
        report = try inquiry.layered.scan.run(over: source, control: interruption.control)
      } catch { throw Failure(error) }
      return .success(try counted(inquiry, report, statistics: nil))
    } catch {
      return .failure(error)
    }
  }
}
