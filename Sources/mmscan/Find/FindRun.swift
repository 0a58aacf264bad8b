import FileMapping
import PatternSearch
import ScanEngine
import ScanStates

/// Searches the files of one command line, one after the other.
struct FindRun {
  private let command: FindCommand
  private let request: FindRequest
  private let interruption: Interruption
  private let output: OutputBuffer
  private let reader = InputReader()
  private let ways: FindWayOptions

  init(_ command: FindCommand, _ arguments: RawArguments) throws(CommandError) {
    // Before names and patterns are read, which may take as long as somebody else likes.
    interruption = try Interruption()
    self.command = command
    request = try FindRequest(command, arguments)
    output = OutputBuffer(flushesLines: command.answers.lineBuffered)
    ways = command.ways
  }

  /// Searches and prints, file by file.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    guard !request.isVain else { return .negative }
    let start = ContinuousClock.now
    let publisher = ScanPublisher(.find, fileCount: request.files.count)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    var status = ExitStatus.fine
    var isSelected = false
    var statistics = JSONStatistics()
    let bar = bar
    bar?.begin(request.files.map(\.path), command.inputs.part)
    let looksAhead = looksAhead && request.files.count > 1
    let workerCount = looksAhead ? min(ways.jobCount, request.files.count) : 0
    let spare = (0..<workerCount).map { _ in (InputReader(), OutputBuffer()) }
    let small = SmallFiles(fileCount: request.files.count, jobs: workerCount) { worker, index in
      searchAhead(index, spare[worker].0, spare[worker].1)
    }
    for (index, name) in request.files.enumerated() {
      var file = FileSearch(
        name, request, command.inputs, ways, reader, output, interruption, publisher,
        follows: isSelected, bar)
      let result: FileSearch.Result
      let ahead = small.take(index)
      bar?.begin(index, file.label)
      if let ahead {
        file.publishName()
        result = ahead.result
        output.append(ahead.text)
        if result.ending.hasAnswers { bar?.end(byteCount: nil) }
      } else {
        output.flush()
        result = file.run()
        output.flush()
      }
      if let failure = output.failure { throw failure }
      status = status.merged(with: report(result, of: file, publisher))
      if let found = result.statistics { statistics.add(found) }
      isSelected = isSelected || result.isSelected
      if case .nothing = request.answer, isSelected {
        bar?.finish()
        return .fine
      }
    }
    if case .json = request.answer {
      output.append(text: statistics.summary(total: ContinuousClock.now - start))
    }
    output.flush()
    if let failure = output.failure { throw failure }
    bar?.finish()
    return isSelected ? status : status.merged(with: .negative)
  }

  /// A bar and results would mix on one terminal.
  private var bar: ProgressBar? {
    switch request.answer {
    case .lines, .bytes, .json: if StandardOutput.isTerminal { return nil }
    case .nothing, .names, .counts: break
    }
    return ProgressBar(ways.progress)
  }

  /// Whether what is printed of a file is short, and the same whatever was printed before.
  private var looksAhead: Bool {
    guard request.options.listing == .nothing, request.content == nil, !request.isByPattern,
      !ways.stats
    else { return false }
    return switch request.answer {
    case .names, .counts: true
    case .nothing, .lines, .bytes, .json: false
    }
  }

  /// Searches a small file before it is its turn; nil if it is none.
  private func searchAhead(
    _ index: Int, _ reader: InputReader, _ output: OutputBuffer
  ) -> (result: FileSearch.Result, text: [UInt8])? {
    var file = FileSearch(
      request.files[index], request, command.inputs, ways, reader, output, interruption, nil,
      follows: false, nil)
    guard !interruption.control.isStopped, file.isOfSmallFile else { return nil }
    return (file.run(), output.take())
  }

  /// Says what is wrong with a file.
  private func report(
    _ result: FileSearch.Result, of file: FileSearch, _ publisher: ScanPublisher
  ) -> ExitStatus {
    for warning in result.warnings { file.report.warn(warning) }
    switch result.ending {
    case .complete:
      publisher.end(.complete)
      return result.warnings.isEmpty ? .fine : .error
    case .grown(let sentence):
      file.report.warn(sentence)
      publisher.end(.complete)
      return result.warnings.isEmpty ? .fine : .error
    case .incomplete(let outcome):
      file.report.warn(outcome.sentence)
      publisher.end(.faulted)
      return .changed
    case .unanswered(let outcome):
      publisher.end(ScanState.Ending(outcome, hasAnswers: false))
      output.flush()
      file.report.warn(outcome.sentence)
      if let partial = interruption.partial { file.report.warn(partial: partial) }
      interruption.endIfReceived(after: outcome)
      return .changed
    case .failed(let reason):
      publisher.end(.error)
      output.flush()
      file.report.warn(reason)
      return .error
    case .unopened(let reason):
      publisher.end(.error)
      output.flush()
      if !command.answers.silent { file.report.warn(reason) }
      return .error
    }
  }
}
