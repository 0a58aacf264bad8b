import Arguments
import FileMapping
import PatternSearch
import ScanEngine
import ScanStates
import SystemPackage
import ZstdFrames

/// Searches one file and prints what is found.
struct FileSearch {
  /// What came of it.
  struct Result {
    enum Ending {
      case complete
      /// It has answers, for the size it had.
      case grown(String)
      /// It has answers that leave out what could not be read.
      case incomplete(Outcome)
      /// It was not read to the end, or not as one.
      case unanswered(Outcome)
      case failed(String)
      case unopened(String)

      /// Whether what was printed is all that there is.
      var hasAnswers: Bool {
        switch self {
        case .complete, .grown, .incomplete: true
        case .unanswered, .failed, .unopened: false
        }
      }
    }

    var ending = Ending.complete
    var isSelected = false
    /// What is not as it should be, though there are answers.
    var warnings: [String] = []
    var statistics: JSONStatistics?
  }

  private let name: InputName
  private let request: FindRequest
  private let inputs: InputOptions
  private let ways: FindWayOptions
  private let reader: InputReader
  private let output: OutputBuffer
  private let interruption: Interruption
  private let publisher: ScanPublisher?
  /// Whether something was selected in a file before.
  private let follows: Bool
  private let bar: ProgressBar?
  /// What is decoded; nil if the file itself is searched.
  private var decoder: ZstdContent?

  init(
    _ name: InputName, _ request: FindRequest, _ inputs: InputOptions,
    _ ways: FindWayOptions,
    _ reader: InputReader, _ output: OutputBuffer, _ interruption: Interruption,
    _ publisher: ScanPublisher?, follows: Bool, _ bar: ProgressBar?
  ) {
    self.bar = bar
    self.follows = follows
    self.name = name
    self.request = request
    self.inputs = inputs
    self.ways = ways
    self.reader = reader
    self.output = output
    self.interruption = interruption
    self.publisher = publisher
  }

  /// What the file is called in what is printed.
  var label: [UInt8] {
    name.isStandardInput ? request.inputLabel : name.bytes
  }

  /// Who says on stderr what is wrong with the file.
  var report: FileReport { FileReport(label, isFirst: true, isJSON: false) }

  mutating func run() -> Result {
    if printsAsItReads, let file = StandardOutput.file, name.names(file) {
      return Result(
        ending: .failed("is also where results go, and would grow by them: give them another file"))
    }
    let source: Source
    do throws(MappingError) {
      source = try inputs.open(name.path, ways.access)
    } catch {
      return unopened(error)
    }
    do throws(ScanError) {
      decoder = try request.content?.decoder(of: source, named: name.bytes, interruption.control)
    } catch {
      return Result(ending: .failed("\(error)"))
    }
    reader.begin(
      isStream: isStream(source), from: request.content?.range.lowerBound ?? source.start)
    switch request.answer {
    case .json:
      let printer = JSONPrinter(
        name: label, patternNames: request.set.patterns.map(\.name),
        isForTerminal: request.style.isForTerminal, from: reader, to: output, finder: finder,
        frames: decoder?.frames)
      let taker = lineTaker(printer, source)
      var result = search(source, taker)
      let outcome: Outcome
      switch result.ending {
      case .unanswered(let found), .incomplete(let found): outcome = found
      case .failed(let reason): outcome = .faulted(at: 0, reason: reason)
      default: outcome = .complete
      }
      let byteCount =
        if let offset = outcome.offset {
          offset - min(offset, source.start)
        } else if isStream(source) {
          reader.available.upperBound - min(reader.available.upperBound, reader.inputStart)
        } else {
          source.byteCount ?? 0
        }
      result.statistics = taker.walk.printer.end(byteCount: byteCount, outcome: outcome)
      return result
    case .bytes(let reach):
      let printer = BytesPrinter(
        request.style, labels: request.set.patterns.map(\.label), name: shownName, reach: reach,
        limit: request.lineLimit, groupCount: request.groupCount,
        followsOthers: follows, from: reader, to: output)
      return search(source, BytesTaker(printer, reader, output))
    case .lines:
      let printer = TextPrinter(
        request.style, name: shownName, from: reader, to: output, finder: finder,
        frames: decoder?.frames)
      return search(source, lineTaker(printer, source))
    case .nothing, .names, .counts:
      return count(source)
    }
  }

  /// Tells whoever watches that it is the turn of this file, which was searched before.
  func publishName() {
    publisher?.begin(label, byteCount: nil, analyzers: []) { _ in [] }
  }

  /// Whether it can be searched before it is its turn.
  var isOfSmallFile: Bool { !name.isStandardInput && name.path!.namesSmallFile }

  /// Whether something is printed before the file is done with, so that it must not be what that goes to.
  private var printsAsItReads: Bool {
    switch request.answer {
    case .lines, .bytes, .json: true
    case .nothing, .names, .counts: false
    }
  }

  /// Whether bytes come once.
  private func isStream(_ source: Source) -> Bool {
    source.access == .stream || request.content != nil
  }

  private var shownName: [UInt8]? { request.showsNames ? label : nil }

  private var finder: MatchFinder? {
    request.marksContext ? MatchFinder(request.set, options: request.options) : nil
  }

  private func lineTaker<Printer: LinePrinter>(
    _ printer: Printer, _ source: Source
  ) -> LineTaker<Printer> {
    var plan = LineWalk<Printer>.Plan()
    plan.context = request.context
    plan.lineLimit = request.lineLimit
    plan.groupCount = request.groupCount
    plan.seesAhead = !isStream(source)
    plan.followsOthers = follows
    plan.countsBlocks = request.patterns.spansLines && !request.style.isInverted
    switch request.answer {
    case .nothing, .names:
      plan.context = nil
      plan.lineLimit = 1
      plan.countsBlocks = false
    case .counts: plan.context = nil
    case .lines, .bytes, .json: break
    }
    var spans: SpanLines?
    if request.patterns.spansLines {
      var joinsNeighbors = request.style.showsColumns
      if case .json = request.answer { joinsNeighbors = true }
      spans = SpanLines(
        reader, isNumbered: request.options.numbersLines || request.style.numbersLines,
        joinsNeighbors: joinsNeighbors && request.patterns.mayMatchNewlines,
        isInverted: request.style.isInverted)
    }
    return LineTaker(
      LineWalk(plan, reader, printer), spans: spans, reader, output)
  }

  // MARK: Counts and names

  private func count(_ source: Source) -> Result {
    guard request.options.listing != .nothing else {
      var lines: [UInt64] = []
      var matches: [UInt64] = []
      var result = search(source, nil) { found in
        lines = found.map(\.lines)
        matches = found.map(\.matches)
      }
      result.isSelected = lines.contains { $0 > 0 }
      if let limit = request.lineLimit { lines = lines.map { min($0, limit) } }
      print(lines, matches, result)
      return result
    }
    let taker = lineTaker(
      CountPrinter(groupCount: request.isByPattern ? request.set.patterns.count : 1), source)
    let result = search(source, taker)
    let counted = taker.walk.printer
    var lines = counted.lines
    if request.patterns.spansLines, !request.style.isInverted,
      request.isByPattern || request.patterns.mayMatchNewlines
    {
      lines = counted.matches
    }
    print(lines, counted.matches, result)
    return result
  }

  private func print(_ lines: [UInt64], _ matches: [UInt64], _ result: Result) {
    guard result.ending.hasAnswers else { return }
    switch request.answer {
    case .names(let list) where result.isSelected == (list == .matching):
      output.append(request.style.name(label))
      output.append(request.style.endsNamesWithNull ? 0 : 10)
    case .counts(let ofMatches):
      for (pattern, count) in (ofMatches ? matches : lines).enumerated() {
        if let name = shownName {
          output.append(request.style.name(name, before: UInt8(ascii: ":")))
        }
        if let labels = request.style.labels, pattern < labels.count {
          output.append(
            SafeText.printable(labels[pattern], onTerminal: request.style.isForTerminal))
          output.append(request.style.paint([UInt8(ascii: ":")], TextStyle.separatorColor))
        }
        output.append(decimal: count)
        output.append(10)
      }
    default: break
    }
  }

  // MARK: The scan

  /// - Parameters:
  ///   - taker: Who is handed what is listed.
  ///   - body: Is called with what was counted, if the answers hold.
  private func search(
    _ source: Source, _ taker: ListingTaker?, _ body: ([PatternMatches]) -> Void = { _ in }
  ) -> Result {
    var scan = Scan()
    // What waits to be printed is held, and there may be a match at every byte.
    scan.options.windowByteCount =
      ways.window.map { Int($0.byteCount) }
      ?? (request.options.listing == .matches ? 2 << 20 : 8 << 20)
    scan.options.jobs = ways.jobCount
    scan.options.measures = ways.stats
    ways.access.apply(to: &scan.options)
    ways.tolerance.apply(to: &scan.options)
    let meter = ScanMeter(measures: ways.stats)
    let ticket = add(to: &scan, taker)
    var result = Result()
    let layered = layer(scan)
    let set = request.set
    publisher?.begin(label, byteCount: source.byteCount, analyzers: scan.labels) { progress in
      (layered.answers(in: progress)?[ticket] ?? []).enumerated().map { index, found in
        Finding(
          "find", subject: set.patterns.count == 1 || index > 0 ? set.patterns[index].label : nil,
          words: counted(found.lines, "line", "lines"),
          counts: [.init("matching_lines", found.lines)])
      }
    }
    let report: ScanReport
    do throws(ScanError) {
      report = try layered.scan.run(
        over: source, control: interruption.control, bar: bar, gauge: meter.gauge,
        publisher: publisher)
    } catch {
      result.isSelected = (taker?.selectedCount ?? 0) > 0
      switch error {
      case .mapping(let error): result.ending = .failed(error.sentence)
      case .analysis(let label, let error): result.ending = .failed("\(label): \(error)")
      }
      return result
    }
    if report.hasAnswers {
      switch report.outcome {
      case .complete: break
      case .incomplete: result.ending = .incomplete(report.outcome)
      case let outcome: result.ending = .grown(outcome.sentence)
      }
      do throws(LostByte) { try taker?.finish() } catch {
        result.ending = .unanswered(
          source.outcome(
            end: reader.available.upperBound, isRead: true,
            failure: (error.offset, error.error)))
      }
      if let found = layered.answers(in: report)?[ticket] {
        body(found)
        if let pattern = found.first(where: \.truncatedMatches) {
          result.warnings.append(truncation(of: pattern))
        }
      }
    } else {
      result.ending = .unanswered(report.outcome)
    }
    if reader.hasLostBytes {
      result.warnings.append(
        "of a line longer than \(Recall.heldByteLimit >> 20) MiB only the end was printed, since a stream "
          + "cannot be read again: name a file instead")
    }
    result.isSelected = (taker?.selectedCount ?? 0) > 0
    let statistics = meter.statistics(of: report, layered.scan, finders: set.finderDescriptions)
    if let statistics {
      output.flush()
      StandardError.print(statistics.text)
    }
    return result
  }

  /// Puts the scan of the content into one of the file.
  private func layer(_ scan: Scan) -> LayeredScan {
    guard let decoder, let content = request.content else { return LayeredScan(scan) }
    return LayeredScan(scan, of: decoder, content.range, beside: Scan(options: scan.options))
  }

  private func add(
    to scan: inout Scan, _ taker: ListingTaker?
  ) -> Scan.Ticket<[PatternMatches]> {
    if request.patterns.spansLines {
      let search = SpanSearch(request.set, options: request.options)
      guard let taker else { return scan.add(search, label: "find") }
      return scan.add(search, label: "find") { batches, recall in taker.take(batches, recall) }
    }
    let search = LineSearch(request.set, options: request.options)
    guard let taker else { return scan.add(search, label: "find") }
    return scan.add(search, label: "find") { batches, recall in taker.take(batches, recall) }
  }

  private func truncation(of found: PatternMatches) -> String {
    let which = request.options.isByPattern ? "pattern \(found.id + 1)" : "a pattern"
    let size = ByteSize(UInt64(request.options.maxMatchByteCount)).forPeople
    return "\(which) asks for more than \(size) at a time, so that matches may be missing or cut: "
      + "raise --max-match-length, or write it so that a match and what it looks at are shorter"
  }

  // MARK: Files that cannot be scanned

  private func unopened(_ error: MappingError) -> Result {
    var result = Result()
    // A directory counts as an empty file, as with grep, and as an error all the same.
    if case .notMappable(.directory) = error.reason { print(emptyCounts, emptyCounts, result) }
    result.ending = .unopened(error.advice)
    return result
  }

  private var emptyCounts: [UInt64] {
    Array(repeating: 0, count: request.isByPattern ? request.set.patterns.count : 1)
  }
}
