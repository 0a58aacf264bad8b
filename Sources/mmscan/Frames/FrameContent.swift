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
    mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
      do throws(CommandError) { try StandardOutput.write(tile.bytes) } catch {
        throw AnalysisError(offset: tile.offset, reason: "\(error)")
      }
    }
    consuming func finalize() {}
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    var decoder = ZstdContent(settings)
    decoder.wantedFrames = wanted
    do throws(ScanError) {
      if source.access != .stream, wanted.lowerBound > 0 {
        decoder.position = try FrameLocator(.frame(index: wanted.lowerBound))
          .position(in: source, control: input.interruption.control)
      }
      var content = Scan()
      _ = content.add(Printer(), label: "print")
      var scan = Scan()
      scan.options.windowByteCount = Int(input.ways.window.byteCount)
      scan.options.jobs = input.ways.jobCount
      _ = scan.add(decoder, content: content, label: "content")
      let bar = StandardOutput.isTerminal ? nil : ProgressBar(input.name, mode: input.ways.progress)
      input.publisher.begin(
        input.name, byteCount: source.byteCount, analyzers: scan.labels, findings: { _ in [] })
      let report = try scan.run(
        over: source, control: input.interruption.control, bar: bar, gauge: nil,
        publisher: input.publisher)
      input.publisher.end(ScanState.Ending(report.outcome, hasAnswers: report.hasAnswers))
      guard report.hasAnswers else {
        input.report.warn(report.outcome.sentence)
        input.interruption.endIfReceived()
        return .changed
      }
    } catch {
      input.publisher.end(.error)
      switch error {
      case .mapping(let error): input.report.warn(error.sentence)
      case .analysis(_, let error): input.report.warn("\(error)")
      }
      return .error
    }
    let seen = decoder.frames.endIndex
    guard seen <= wanted.lowerBound || wanted.upperBound < .max && seen < wanted.upperBound else {
      return .fine
    }
    input.report.warn("there are only \(seen) frames, numbered from 0")
    return .negative
  }
}
