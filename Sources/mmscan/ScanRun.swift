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
    var options = ways.scanOptions
    options.lanes = command.lanes.mode
    command.tolerance.apply(to: &options)
    self.options = options
  }

  /// Scans and prints, file by file.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    var verdict = Verdict()
    let names = try command.files.names(arguments)
    let publisher = ScanPublisher(.scan, fileCount: names.count)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    let bar = ProgressBar(ways.progress, isQuiet: command.quietness.quiet)
    bar?.begin(names.map(\.path), command.inputs.part)
    let small = SmallFiles(
      fileCount: names.count, jobs: catalogue.keepsLittle ? options.jobs : 1
    ) { _, index in
      scanAhead(names[index])
    }
    for (index, name) in names.enumerated() {
      let file = FileReport(
        name.bytes, isFirst: index == 0, isJSON: ways.json, isQuiet: command.quietness.quiet)
      let ahead = small.take(index)
      bar?.begin(index, file.name)
      do throws(FileFailure) {
        let scanned =
          if let ahead {
            try take(ahead, of: file, publisher, bar)
          } else {
            try scan(name, file, publisher, bar)
          }
        do throws(CommandError) {
          try file.print(scanned.answers, scanned.report, scanned.statistics)
        } catch { throw FileFailure.output(error) }
        publisher.end(ScanState.Ending(scanned.report.outcome, hasAnswers: true))
        verdict.add(scanned.answers, scanned.report.outcome, of: file)
      } catch { verdict.add(try error.tell(of: file, publisher, interruption)) }
    }
    bar?.finish()
    return verdict.exitStatus
  }

  /// What is told of a file.
  private struct Scanned {
    var answers: [Answer]
    var report: ScanReport
    var statistics: ScanStatistics?
  }

  private func open(_ name: InputName) throws(FileFailure) -> Source {
    do throws(MappingError) {
      return try command.inputs.open(name.path, ways.access)
    } catch { throw .failed(error.advice) }
  }

  private func inquiry(
    of source: Source, _ name: [UInt8]
  ) throws(FileFailure) -> FileInquiry {
    var scan = Scan(options: options)
    if let content {
      let decoder: ZstdContent
      do throws(ScanError) {
        decoder = try content.decoder(of: source, named: name, interruption.control)
      } catch { throw FileFailure(error) }
      var inner = Scan(options: options)
      let asked = catalogue.questions(frames: decoder.frames).map { $0.ask(&inner) }
      let beside = catalogue.questionsBesideContent(fileSums).map { $0.ask(&scan) }
      return FileInquiry(
        layered: LayeredScan(inner, of: decoder, content.range, beside: scan), asked: asked,
        askedBeside: beside)
    }
    let firstBytes: [UInt8]?
    do throws(MappingError) {
      firstBytes = catalogue.dependsOnFirstBytes ? try source.peek(4) : nil
    } catch { throw .failed(error.sentence) }
    let asked = catalogue.questions(forFileBeginningWith: firstBytes).map { $0.ask(&scan) }
    return FileInquiry(layered: LayeredScan(scan), asked: asked)
  }

  private func scan(
    _ name: InputName, _ file: FileReport, _ publisher: ScanPublisher, _ bar: ProgressBar?
  ) throws(FileFailure) -> Scanned {
    let meter = ScanMeter(measures: ways.stats)
    let source = try open(name)
    let inquiry = try inquiry(of: source, file.name)
    publisher.begin(
      file.name, byteCount: source.byteCount, analyzers: inquiry.layered.scan.labels,
      findings: { inquiry.findings($0) })
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
      of: report, inquiry.layered.scan, finders: inquiry.finders)
    return Scanned(answers: answers, report: report, statistics: statistics)
  }

  /// What came of a file that was scanned before it was its turn.
  private func take(
    _ ahead: Result<Scanned, FileFailure>, of file: FileReport, _ publisher: ScanPublisher,
    _ bar: ProgressBar?
  ) throws(FileFailure) -> Scanned {
    publisher.begin(file.name, byteCount: nil, analyzers: []) { _ in [] }
    let scanned = try ahead.get()
    bar?.end(byteCount: scanned.report.byteCount)
    return scanned
  }

  /// Scans a small file before it is its turn; nil if it is none, or if something is to be seen of the scan.
  private func scanAhead(_ name: InputName) -> Result<Scanned, FileFailure>? {
    guard let path = name.path, content == nil, !ways.stats, options.lanes == .together,
      !interruption.control.isStopped, path.namesSmallFile
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
