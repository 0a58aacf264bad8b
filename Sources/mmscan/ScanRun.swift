import ArgumentParser
import Checksums
import FileMapping
import ScanEngine
import ScanStates
import ZstdFrames

/// Scans the files of one command line, one after the other.
struct ScanRun {
  private let command: ScanCommand
  private let arguments: RawArguments
  private let catalogue: Catalogue
  private let content: ContentRequest?
  private let fileSums: [ChecksumAlgorithm]
  private let interruption: Interruption
  private let ways: WayOptions
  private let options: Scan.Options

  init(_ command: ScanCommand, _ arguments: RawArguments) throws(CommandError) {
    self.command = command
    self.arguments = arguments
    catalogue = try Catalogue(command.analyzers, arguments)
    content = try ContentRequest(command.content, arguments)
    fileSums = try Catalogue.algorithms(command.fileSum, option: "--file-sum", arguments)
    interruption = try Interruption()
    ways = command.ways
    var options = Scan.Options()
    options.windowByteCount = Int(ways.window.byteCount)
    options.jobs = ways.jobCount
    options.lanes = command.lanes.mode
    options.measures = ways.stats
    options.allowsGrowth = command.allowGrowth
    options.skipsErrors = command.skipErrors
    ways.access.apply(to: &options)
    self.options = options
  }

  /// Scans and prints, file by file.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    var status = ExitStatus.fine
    var found: Bool?
    let publisher = ScanPublisher(.scan, fileCount: command.files.count)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    let names = command.files
    let small = SmallFiles(
      fileCount: names.count, jobs: catalogue.keepsLittle ? options.jobs : 1
    ) { _, index in
      scanAhead(names[index])
    }
    for (index, name) in names.enumerated() {
      let file = FileReport(
        arguments.bytes(of: name), isFirst: index == 0, isJSON: ways.json)
      do throws(FileFailure) {
        let scanned =
          if let ahead = small.take(index) {
            try take(ahead, of: file, publisher)
          } else {
            try scan(name, file, publisher)
          }
        do throws(CommandError) {
          try file.print(scanned.answers, scanned.report, scanned.statistics)
        } catch { throw FileFailure.output(error) }
        publisher.end(ScanState.Ending(scanned.report.outcome, hasAnswers: true))
        if case .incomplete = scanned.report.outcome { status = status.merged(with: .changed) }
        for answer in scanned.answers {
          if let reason = answer.inexact {
            file.warn(reason)
            status = status.merged(with: .error)
          }
          if answer.checkFailed { status = status.merged(with: .negative) }
          if let hit = answer.found { found = hit || found ?? false }
        }
      } catch {
        switch error {
        case .output(let error):
          publisher.end(.error)
          throw error
        case .unanswered(let outcome, let byteCount):
          publisher.end(ScanState.Ending(outcome, hasAnswers: false))
          try file.print(
            unanswered: outcome, byteCount: byteCount, partial: interruption.partial)
          interruption.endIfReceived(after: outcome)
          status = status.merged(with: .changed)
        case .failed(let reason, let offset):
          publisher.end(.error)
          try file.print(failure: reason, offset: offset)
          status = status.merged(with: .error)
        }
      }
    }
    return found == false ? status.merged(with: .negative) : status
  }

  /// What is told of a file.
  private struct Scanned {
    var answers: [Answer]
    var report: ScanReport
    var statistics: ScanStatistics?
  }

  /// What is asked of one file.
  private struct Inquiry {
    var layered: LayeredScan
    var asked: [Question.Asked]
    var askedBeside: [Question.Asked] = []

    func answers(_ report: ScanReport) throws(FileFailure) -> [Answer] {
      guard report.hasAnswers else {
        throw .unanswered(report.outcome, byteCount: report.byteCount)
      }
      var answers = askedBeside.compactMap { $0.answer(report) }
      if let found = layered.answers(in: report) {
        if let decoder = layered.content?.decoder {
          answers.append(.content(decoder.frames, found))
        }
        answers += asked.compactMap { $0.answer(found) }
      }
      return answers
    }
  }

  /// Why a file has no answers.
  private enum FileFailure: Error {
    case unanswered(Outcome, byteCount: UInt64?)
    case failed(String, offset: UInt64?)
    case output(CommandError)

    init(_ error: ScanError) {
      self =
        switch error {
        case .mapping(let error): .failed(error.sentence, offset: nil)
        case .analysis(let label, let error): .failed("\(label): \(error)", offset: error.offset)
        }
    }
  }

  private func open(_ name: String) throws(FileFailure) -> Source {
    do throws(MappingError) {
      return try command.inputs.open(name == "-" ? nil : arguments.path(of: name), ways.access)
    } catch { throw .failed(error.advice, offset: nil) }
  }

  private func inquiry(
    of source: Source, _ name: [UInt8]
  ) throws(FileFailure) -> Inquiry {
    var scan = Scan(options: options)
    if let content {
      let decoder: ZstdContent
      do throws(ScanError) {
        decoder = try content.decoder(of: source, named: name, interruption.control)
      } catch { throw FileFailure(error) }
      var inner = Scan(options: options)
      let asked = catalogue.questions(frames: decoder.frames).map { $0.ask(&inner) }
      let beside = catalogue.questionsBesideContent(fileSums).map { $0.ask(&scan) }
      return Inquiry(
        layered: LayeredScan(inner, of: decoder, content.range, beside: scan), asked: asked,
        askedBeside: beside)
    }
    let firstBytes: [UInt8]?
    do throws(MappingError) {
      firstBytes = catalogue.dependsOnFirstBytes ? try source.peek(4) : nil
    } catch { throw .failed(error.sentence, offset: nil) }
    let asked = catalogue.questions(forFileBeginningWith: firstBytes).map { $0.ask(&scan) }
    return Inquiry(layered: LayeredScan(scan), asked: asked)
  }

  private func scan(
    _ name: String, _ file: FileReport, _ publisher: ScanPublisher
  ) throws(FileFailure) -> Scanned {
    let meter = ScanMeter(measures: ways.stats)
    let bar = ProgressBar(file.name, mode: ways.progress)
    let source = try open(name)
    let inquiry = try inquiry(of: source, file.name)
    publisher.begin(
      file.name, byteCount: source.byteCount, analyzers: inquiry.layered.scan.labels,
      findings: { progress in
        (inquiry.layered.answers(in: progress).map { progress in
          inquiry.asked.flatMap { $0.findings(progress) }
        } ?? []) + inquiry.askedBeside.flatMap { $0.findings(progress) }
      })
    let report: ScanReport
    do throws(ScanError) {
      report = try inquiry.layered.scan.run(
        over: source, control: interruption.control, bar: bar, gauge: meter.gauge,
        publisher: publisher)
    } catch {
      throw FileFailure(error)
    }
    let answers = try inquiry.answers(report)
    let statistics = meter.statistics(
      of: report, inquiry.layered.scan, finders: inquiry.asked.flatMap(\.finders))
    return Scanned(answers: answers, report: report, statistics: statistics)
  }

  /// What came of a file that was scanned before it was its turn.
  private func take(
    _ ahead: Result<Scanned, FileFailure>, of file: FileReport, _ publisher: ScanPublisher
  ) throws(FileFailure) -> Scanned {
    publisher.begin(file.name, byteCount: nil, analyzers: []) { _ in [] }
    return try ahead.get()
  }

  /// Scans a small file before it is its turn; nil if it is none, or if something is to be seen of the scan.
  private func scanAhead(_ name: String) -> Result<Scanned, FileFailure>? {
    guard name != "-", content == nil, !ways.stats, options.lanes == .together,
      !interruption.control.isStopped, arguments.path(of: name).namesSmallFile
    else { return nil }
    do throws(FileFailure) {
      let source = try open(name)
      let inquiry = try inquiry(of: source, [])
      let report: ScanReport
      do throws(ScanError) {
        report = try inquiry.layered.scan.run(over: source, control: interruption.control)
      } catch { throw FileFailure(error) }
      return .success(Scanned(answers: try inquiry.answers(report), report: report))
    } catch {
      return .failure(error)
    }
  }
}
