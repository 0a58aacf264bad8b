import ByteProfile
import FileMapping
import ScanEngine
import ScanStates
import ZstdFrames

/// Reports on the file of one command line.
struct ReportRun {
  private let command: ReportCommand
  private let arguments: RawArguments
  private let catalogue: Catalogue
  private let content: ContentRequest?
  private let wantsFrames: Bool
  private let interruption: Interruption
  private let file: FileReport

  init(_ command: ReportCommand, _ arguments: RawArguments) throws(CommandError) {
    self.command = command
    self.arguments = arguments
    var analyzers = command.analyzers
    analyzers.lines = true
    if analyzers.sum.isEmpty { analyzers.sum = ["xxh3"] }
    wantsFrames = analyzers.frames
    catalogue = try Catalogue(analyzers, arguments, hasStandard: false)
    content = try ContentRequest(command.content, arguments)
    interruption = try Interruption()
    file = FileReport(
      arguments.bytes(of: command.file), isFirst: true, isJSON: command.ways.json,
      isQuiet: command.quietness.quiet)
  }

  /// Scans, and prints or writes.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    let publisher = ScanPublisher(.scan, fileCount: 1)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    do throws(FileFailure) {
      let (answers, outcome) = try report(publisher)
      publisher.end(ScanState.Ending(outcome, hasAnswers: true))
      var verdict = Verdict()
      verdict.add(answers, outcome, of: file)
      return verdict.exitStatus
    } catch { return try error.tell(of: file, publisher, interruption) }
  }

  /// What is asked, and the claim to what lies where.
  private struct Inquiry {
    var file: FileInquiry
    var profile: Scan.Ticket<ByteBuckets>
  }

  private func inquiry(of source: Source, _ scale: BucketScale) throws(FileFailure) -> Inquiry {
    var scan = Scan(options: command.ways.scanOptions)
    command.tolerance.apply(to: &scan.options)
    guard let content else {
      var questions = catalogue.questions(frames: nil, density: scale)
      questions.append(.frames(onlyIfAny: !wantsFrames))
      let asked = questions.map { $0.ask(&scan) }
      let profile = scan.add(Profile(scale), label: "profile")
      return Inquiry(
        file: FileInquiry(layered: LayeredScan(scan), asked: asked), profile: profile)
    }
    let decoder: ZstdContent
    do throws(ScanError) {
      decoder = try content.decoder(of: source, named: file.name, interruption.control)
    } catch { throw FileFailure(error) }
    var inner = Scan(options: scan.options)
    let asked = catalogue.questions(frames: decoder.frames, density: scale).map { $0.ask(&inner) }
    let profile = inner.add(Profile(scale), label: "profile")
    let beside = catalogue.questionsBesideContent([]).map { $0.ask(&scan) }
    return Inquiry(
      file: FileInquiry(
        layered: LayeredScan(inner, of: decoder, content.range, beside: scan), asked: asked,
        askedBeside: beside),
      profile: profile)
  }

  private func report(_ publisher: ScanPublisher) throws(FileFailure) -> ([Answer], Outcome) {
    let meter = ScanMeter(measures: command.ways.stats)
    let path = command.file == "-" ? nil : arguments.path(of: command.file)
    let bar = ProgressBar(command.ways.progress, isQuiet: command.quietness.quiet)
    bar?.begin([path], command.inputs.part)
    bar?.begin(0, file.name)
    let source: Source
    let scale: BucketScale
    let holes: BucketCounts?
    do throws(MappingError) {
      source = try command.inputs.open(
        path, command.ways.access)
      scale = BucketScale(limit: command.buckets, from: content?.range.lowerBound ?? source.start)
      // Before the scan: if they change, so does the file, and then there is no report.
      holes =
        content == nil
        ? try source.object.flatMap { object throws(MappingError) in
          try OffsetProfile.holes(of: object, scale)
        } : nil
    } catch { throw .failed(error.advice) }
    let page = try pageFile(besides: source)
    let inquiry = try inquiry(of: source, scale)
    let scan = inquiry.file.layered.scan
    publisher.begin(
      file.name, byteCount: source.byteCount, analyzers: scan.labels,
      findings: { inquiry.file.findings($0) })
    let report: ScanReport
    do throws(ScanError) {
      report = try scan.run(
        over: source, control: interruption.control,
        bar: bar, gauge: meter.gauge, publisher: publisher)
    } catch { throw FileFailure(error) }
    bar?.finish()
    let answers = try inquiry.file.answers(report)
    guard let buckets = inquiry.file.layered.answers(in: report)?[inquiry.profile] else {
      throw .unanswered(report.outcome, byteCount: report.byteCount, from: report.inputStart)
    }
    // Frames lie in the file, and not in its content.
    let profile = OffsetProfile(
      buckets, content == nil ? answers : answers.filter { $0.frames == nil }, scale, holes: holes)
    let stats = meter.statistics(of: report, scan, finders: inquiry.file.finders)
    let text =
      command.output == nil
      ? []
      : ReportPage(
        name: file.name, version: Mmscan.version, outcome: report.outcome, answers: answers,
        profile: profile
      ).text
    if let page {
      do throws(PageFile.Failure) { try page.write(text, interruption) } catch {
        throw .failed(error.reason, of: arguments.bytes(of: command.output ?? ""))
      }
    }
    do throws(CommandError) {
      if command.output == "-" {
        try StandardOutput.write(text)
      } else if command.output == nil || command.ways.json {
        try file.print(answers + [profile.answer], report, stats)
        return (answers, report.outcome)
      }
    } catch { throw .output(error) }
    file.warn(report.outcome)
    if let stats { StandardError.print(stats.text) }
    return (answers, report.outcome)
  }

  /// The file that a page is to be written to; nil if none is.
  private func pageFile(besides source: Source) throws(FileFailure) -> PageFile? {
    guard let output = command.output, output != "-" else { return nil }
    do throws(PageFile.Failure) {
      return try PageFile(
        arguments.path(of: output), besides: command.file == "-" ? nil : source.path)
    } catch { throw .failed(error.reason, of: arguments.bytes(of: output)) }
  }
}
