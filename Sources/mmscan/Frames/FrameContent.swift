import Arguments
import FileMapping
import ScanEngine
import ScanStates
import ZstdFrames

/// Prints the content of frames.
final class FrameContent: FramesMode {
  private let wanted: Range<UInt64>
  private let settings: DecodingSettings

  /// - Throws: ``CommandError`` for what is no range.
  init(
    _ range: String, _ command: FramesCommand, _ settings: DecodingSettings
  ) throws(CommandError) {
    guard let wanted = FrameContent.indexes(range) else {
      throw CommandError(
        "--cat takes N, N..M (both included), N.. or ..M, not '\(SafeText.escaped(range.utf8))'")
    }
    self.wanted = wanted
    self.settings = settings
  }

  /// `N`, `N..M`, `N..` or `..M`.
  private static func indexes(_ text: String) -> Range<UInt64>? {
    guard let dots = text.firstRange(of: "..") else {
      return UInt64(text).flatMap { $0 < .max ? $0..<$0 + 1 : nil }
    }
    let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard let start = first.isEmpty ? 0 : UInt64(first),
      let end = last.isEmpty ? .max - 1 : UInt64(last),
      start <= end, end < .max
    else { return nil }
    return start..<end + 1
  }

  /// Writes all bytes to the standard output.
  private struct Printer: Analyzer {
    typealias Output = CommandError?

    /// Why it could not go on.
    private var failure: CommandError?

    var isSettled: Bool { failure != nil }

    mutating func update(_ tile: borrowing Tile) {
      guard failure == nil else { return }
      do throws(CommandError) { try StandardOutput.write(tile.bytes) } catch { failure = error }
    }

    consuming func finalize() -> CommandError? { failure }
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    var decoder = ZstdContent(settings, from: source.start)
    decoder.wantedFrames = wanted
    let control = input.interruption.control
    var content = Scan()
    let printed = content.add(Printer(), label: "print")
    var scan = Scan()
    scan.options.windowByteCount = Int(input.ways.window.byteCount)
    scan.options.jobs = input.ways.jobCount
    scan.options.measures = input.ways.stats
    input.ways.access.apply(to: &scan.options)
    let meter = ScanMeter(measures: input.ways.stats)
    let report: ScanReport
    let ticket: Scan.Ticket<ScanReport>
    do throws(ScanError) {
      if source.access != .stream, wanted.lowerBound > 0 {
        decoder.position = try FrameLocator(.frame(index: wanted.lowerBound), from: source.start)
          .position(in: source, control: control)
      }
      ticket = scan.add(decoder, content: content, label: "content")
      input.publisher.begin(
        input.name, byteCount: source.byteCount, analyzers: scan.labels, findings: { _ in [] })
      report = try scan.run(
        over: source, control: control, bar: input.bar, gauge: meter.gauge,
        publisher: input.publisher)
    } catch {
      input.publisher.end(.error)
      switch error {
      case .mapping(let error):
        input.report.warn(error.sentence)
        return .error
      case .analysis(_, let error):
        input.report.warn("\(error)")
        return decoder.frames.decodingError?.isLimit ?? false ? .error : .negative
      }
    }
    input.publisher.end(ScanState.Ending(report.outcome, hasAnswers: report.hasAnswers))
    if let failure = report[ticket]?[printed] ?? nil { throw failure }
    guard report.hasAnswers else { return input.end(unanswered: report.outcome) }
    if let stats = meter.statistics(of: report, scan) { StandardError.print(stats.text) }
    let seen = decoder.frames.endIndex
    guard seen <= wanted.lowerBound || wanted.upperBound < .max && seen < wanted.upperBound else {
      return .fine
    }
    input.report.warn(
      seen == 0
        ? "there is no frame"
        : "there " + (seen == 1 ? "is only 1 frame" : "are only \(seen) frames")
          + ", and the first has number 0")
    return .negative
  }
}
