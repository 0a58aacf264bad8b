/// The scan of what is decoded from an input, as an analyzer of that input.
///
/// Its progress is shared by copies, which no other analyzer may do: a scan begins it, feeds it once and
/// ends it, and copies are only asked how far it is.
final class ContentRider: Analyzer, @unchecked Sendable {
  // SAFETY: `begin` comes before all else and `end` after it; in between one lane calls `update`.
  typealias Output = ScanReport

  private let decoder: any ContentDecoder
  private let scan: Scan
  private let range: Range<UInt64>
  private var sink: ContentSink?
  private var decoding: (any ContentDecoding)?
  private var failure: AnalysisError?
  private var isEnded = false
  private let plan: LanePlan

  init(_ decoder: any ContentDecoder, _ scan: Scan, _ range: Range<UInt64>) {
    self.decoder = decoder
    self.scan = scan
    self.range = range
    plan = scan.plan(nil)
  }

  /// Where the first byte lies that it wants.
  var inputOffset: UInt64 { decoder.start.inputOffset }

  /// Decoding takes most of the time that lanes have.
  var throughput: Double { 0.3 }

  var isSettled: Bool { sink?.isSettled ?? false || decoding?.isSettled ?? false }

  func begin(_ control: ScanControl, jobs: Int) {
    let lanes = scan.streamLanes(plan, control)
    let sink = ContentSink(
      lanes: lanes, control: control, jobs: jobs, range, from: decoder.start.contentOffset)
    self.sink = sink
    decoding = decoder.begin(into: sink)
  }

  func update(_ tile: borrowing Tile) throws(AnalysisError) {
    guard !isSettled else { return }
    try decoding!.take(tile)
  }

  /// Ends the work, whether or not the scan came to its end.
  ///
  /// - Parameter isWhole: Whether the rider saw all of the input.
  func end(isWhole: Bool) {
    guard let sink else { return }
    do throws(AnalysisError) { try decoding!.finish(isWhole: isWhole && !sink.isSettled) } catch {
      failure = error
    }
    sink.end()
    isEnded = true
  }

  /// What came of it; nothing before its end.
  func finalize() throws(AnalysisError) -> ScanReport {
    guard isEnded, let sink else {
      throw AnalysisError(offset: 0, reason: "the content is still being decoded")
    }
    if let failure { throw failure }
    var report: ScanReport
    do throws(ScanError) {
      report = try scan.report(
        of: sink.lanes, plan, byteCount: sink.isCut ? nil : sink.bytesDone)
    } catch {
      switch error {
      case .analysis(let label, let error):
        throw AnalysisError(
          offset: error.offset, reason: "in the content, by \(label): \(error.reason)")
      case .mapping: preconditionFailure("content is in memory")
      }
    }
    report.inputStart = range.lowerBound
    if let offset = report.outcome.offset {
      throw AnalysisError(offset: offset, reason: "in the content: \(report.outcome.sentence)")
    }
    return report
  }

  /// How far the scan of the content is.
  var progress: ScanProgress? {
    sink.map { ScanProgress(bytesDone: $0.bytesDone, ordered: $0.glimpse) }
  }
}
