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
  private let jobs: Int

  init(_ command: ScanCommand, _ arguments: RawArguments) throws(CommandError) {
    self.command = command
    self.arguments = arguments
    catalogue = try Catalogue(command.analyzers, arguments)
    content = try ContentRequest(command.content, arguments)
    fileSums = try Catalogue.algorithms(command.fileSum, option: "--file-sum", arguments)
    interruption = Interruption()
    jobs = command.ways.jobCount
  }

  /// Scans and prints, file by file.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    var status = ExitStatus.fine
    var found: Bool?
    let publisher = ScanPublisher(.scan, fileCount: command.files.count)
    defer { publisher.finish() }
    for (index, name) in command.files.enumerated() {
      let file = FileReport(
        arguments.bytes(of: name), isFirst: index == 0, isJSON: command.ways.json)
      do throws(FileFailure) {
        let answers = try scan(name, file, publisher)
        publisher.end(.complete)
        for answer in answers {
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
          try file.print(unanswered: outcome, byteCount: byteCount)
          if case .interrupted = outcome { publisher.finish() }
          interruption.endIfReceived()
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

  private func scan(
    _ name: String, _ file: FileReport, _ publisher: ScanPublisher
  ) throws(FileFailure) -> [Answer] {
    var scan = Scan()
    scan.options.windowByteCount = Int(command.ways.window.byteCount)
    scan.options.jobs = jobs
    scan.options.lanes = command.lanes.mode
    scan.options.measures = command.ways.stats
    command.ways.access.apply(to: &scan.options)
    scan.options.allowsGrowth = command.allowGrowth
    let meter = ScanMeter(measures: command.ways.stats)
    let bar = ProgressBar(file.name, mode: command.ways.progress)

    let source: Source
    let firstBytes: [UInt8]?
    let asked: [Question.Asked]
    let askedBeside: [Question.Asked]
    let layered: LayeredScan
    do throws(MappingError) {
      source =
        name == "-"
        ? try .standardInput()
        : try Source(arguments.path(of: name), maps: !command.ways.access.noMmap)
      firstBytes = try source.peek(4)
    } catch {
      throw .failed(error.sentence, offset: nil)
    }
    if let content {
      let decoder: ZstdContent
      do throws(ScanError) {
        decoder = try content.decoder(of: source, named: file.name, interruption.control)
      } catch {
        throw FileFailure(error)
      }
      var inner = Scan(options: scan.options)
      asked = catalogue.questions(frames: decoder.frames).map { $0.ask(&inner) }
      askedBeside = catalogue.questionsBesideContent(fileSums).map { $0.ask(&scan) }
      layered = LayeredScan(inner, of: decoder, content.range, beside: scan)
    } else {
      asked = catalogue.questions(forFileBeginningWith: firstBytes).map { $0.ask(&scan) }
      askedBeside = []
      layered = LayeredScan(scan)
    }
    publisher.begin(
      file.name, byteCount: source.byteCount, analyzers: layered.scan.labels,
      findings: { progress in
        (layered.answers(in: progress).map { progress in asked.flatMap { $0.findings(progress) } }
          ?? [])
          + askedBeside.flatMap { $0.findings(progress) }
      })
    let report: ScanReport
    do throws(ScanError) {
      report = try layered.scan.run(
        over: source, control: interruption.control, bar: bar, gauge: meter.gauge,
        publisher: publisher)
    } catch {
      throw FileFailure(error)
    }
    guard report.hasAnswers else {
      throw .unanswered(report.outcome, byteCount: report.byteCount)
    }
    var answers = askedBeside.compactMap { $0.answer(report) }
    if let found = layered.answers(in: report) {
      if let decoder = layered.content?.decoder { answers.append(.content(decoder.frames, found)) }
      answers += asked.compactMap { $0.answer(found) }
    }
    let stats = meter.statistics(of: report, layered.scan, finders: asked.flatMap(\.finders))
    do throws(CommandError) { try file.print(answers, report, stats) } catch {
      throw .output(error)
    }
    return answers
  }
}
