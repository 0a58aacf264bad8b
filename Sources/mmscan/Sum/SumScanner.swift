import Checksums
import Dispatch
import FileMapping
import ScanEngine
import ScanStates
import SystemPackage
import ZstdFrames

/// Computes what is wished of files, several at a time.
final class SumScanner: Sendable {
  private let command: SumCommand
  private let content: ContentRequest?
  private let interruption: Interruption
  private let options: Scan.Options
  private let turn: SumTurn
  /// Where the bytes go, too; nil for nowhere.
  private let passing: PassThrough?

  init(
    _ command: SumCommand, _ arguments: RawArguments, _ interruption: Interruption,
    _ publisher: ScanPublisher, passing: PassThrough?, listCount: Int
  ) throws(CommandError) {
    self.command = command
    self.interruption = interruption
    self.passing = passing
    content = try ContentRequest(command.content, arguments)
    // How many files a list has is known when it is its turn.
    turn = SumTurn(
      publisher,
      ProgressBar(command.ways.progress, roundCount: command.checking.check ? listCount : 1))
    options = command.ways.scanOptions
  }

  typealias Ending = Result<FileSums, SumFailure>

  /// Begins with files ahead of their turn, where that pays.
  func ahead(_ wishes: [SumWish]) -> WorkAhead<Ending> {
    turn.begin(wishes.map { InputName(bytes: $0.name).path }, command.inputs.part)
    let looksAhead = content == nil && !options.measures && wishes.count > 1 && options.jobs > 1
    // Each has a few windows in memory at a time.
    let most = ProcessLimits.memoryShare(16 << 20, upTo: min(options.jobs, wishes.count))
    let workerCount = looksAhead ? most : 0
    let jobs = max(1, options.jobs / max(1, workerCount))
    return WorkAhead(count: wishes.count, workerCount: workerCount) { number in
      let wish = wishes[number]
      let path = FilePath(bytes: wish.name)
      guard wish.name != [UInt8(ascii: "-")], !self.interruption.control.isStopped,
        wish.isSequential ? path.namesRegularFile : path.namesSmallFile
      else { return nil }
      return Result { () throws(SumFailure) in
        try self.sums(of: wish, jobs: jobs, scansAtOnce: workerCount) {
          self.turn.update($0, of: number)
        }
      }
    }
  }

  /// What comes of a file whose turn it is.
  func take(
    _ number: Int, of wishes: [SumWish], _ ahead: WorkAhead<Ending>
  ) throws(SumFailure) -> FileSums {
    let wish = wishes[number]
    turn.begin(number, wish)
    var byteCount: UInt64?
    defer { turn.end(byteCount: byteCount) }
    let sums =
      if let ending = ahead.take(number) {
        try ending.get()
      } else {
        try sums(of: wish, jobs: options.jobs, scansAtOnce: ahead.workerCount + 1) {
          self.turn.update($0, of: number)
        }
      }
    byteCount = sums.report.byteCount
    return sums
  }

  /// Says that all is done.
  func finish() { turn.finish() }

  private func sums(
    of wish: SumWish, jobs: Int, scansAtOnce: Int,
    progress: @escaping @Sendable (ScanProgress) -> Void
  ) throws(SumFailure) -> FileSums {
    let meter = ScanMeter(measures: options.measures)
    let path = wish.name == [UInt8(ascii: "-")] ? nil : FilePath(bytes: wish.name)
    let source: Source
    do throws(MappingError) { source = try command.inputs.open(path, command.ways.access) } catch {
      throw .unopened(error)
    }
    var options = options
    (options.jobs, options.scansAtOnce) = (jobs, scansAtOnce)
    var scan = Scan(options: options)
    let digests = wish.algorithms.map { scan.add($0.makeAnalyzer(), label: $0.name) }
    let selection = wish.blocks(from: content?.range.lowerBound ?? source.start)
    let blocks = wish.blockAlgorithms.map {
      scan.add(
        $0.makeBlockAnalyzer(byteCount: wish.blockByteCount, of: selection),
        label: "\($0.name) of blocks")
    }
    let (layered, report) = try run(scan, wish, source, meter, progress)
    guard report.hasAnswers, let found = layered.answers(in: report) else {
      throw .unanswered(report.outcome, byteCount: report.byteCount, from: report.inputStart)
    }
    return FileSums(
      digests: digests.compactMap { found[$0] }, blocks: blocks.compactMap { found[$0] },
      byteCount: found.byteCount ?? 0, start: found.inputStart,
      content: layered.content.map { .content($0.decoder.frames, found) }, report: report,
      statistics: meter.statistics(of: report, layered.scan))
  }

  private func run(
    _ scan: Scan, _ wish: SumWish, _ source: Source, _ meter: ScanMeter,
    _ progress: @escaping @Sendable (ScanProgress) -> Void
  ) throws(SumFailure) -> (LayeredScan, ScanReport) {
    do throws(ScanError) {
      var layered = LayeredScan(scan)
      if let content {
        let decoder = try content.decoder(of: source, named: wish.name, interruption.control)
        layered = LayeredScan(
          scan, of: decoder, content.range, beside: Scan(options: scan.options))
      }
      if let passing { _ = layered.scan.add(passing, label: PassThrough.label) }
      let report = try layered.scan.run(over: source, control: interruption.control) { state in
        meter.gauge?.look()
        progress(state)
      }
      return (layered, report)
    } catch {
      throw SumFailure(error)
    }
  }
}

/// Whose turn it is to be seen.
private final class SumTurn: @unchecked Sendable {
  // SAFETY: what changes is touched on `box` alone.
  private let box = DispatchQueue(label: "mmscan.turn")
  private let publisher: ScanPublisher
  private let bar: ProgressBar?
  private var number = -1

  init(_ publisher: ScanPublisher, _ bar: ProgressBar?) {
    (self.publisher, self.bar) = (publisher, bar)
  }

  /// Begins with files; nil is the standard input.
  func begin(_ paths: [FilePath?], _ part: PartOptions) { box.sync { bar?.begin(paths, part) } }

  func begin(_ number: Int, _ wish: SumWish) {
    let labels =
      wish.algorithms.map(\.name) + wish.blockAlgorithms.map { "\($0.name) of blocks" }
    publisher.begin(wish.name, byteCount: nil, analyzers: labels) { _ in [] }
    box.sync {
      self.number = number
      bar?.begin(number, wish.name)
    }
  }

  /// - Parameter byteCount: nil if there is no answer.
  func end(byteCount: UInt64?) {
    box.sync {
      number = -1
      if let byteCount { bar?.end(byteCount: byteCount) } else { bar?.clear() }
    }
  }

  func finish() { box.sync { bar?.finish() } }

  /// Shows how far the file is, if it is its turn, and all together.
  func update(_ progress: ScanProgress, of number: Int) {
    box.sync {
      if number == self.number { publisher.update(progress) }
      bar?.update(progress, of: number)
    }
  }
}

extension FilePath {
  /// Whether it names a regular file that has bytes.
  fileprivate var namesRegularFile: Bool {
    guard let status = try? FileStatus(of: self) else { return false }
    return status.kind == .regular && status.size.rawValue > 0
  }
}
