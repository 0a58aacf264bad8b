import ScanEngine

/// Measures what a scan costs, from when it is made.
struct ScanMeter {
  /// What the scan is to report its memory to; nil if nothing is measured.
  let gauge: AnonymousMemoryGauge?
  private let before: ProcessUsage?
  private let start = ContinuousClock.now

  /// - Parameter measures: Whether somebody wants to know.
  init(measures: Bool) {
    gauge = measures ? AnonymousMemoryGauge() : nil
    before = measures ? .now : nil
  }

  /// Seconds since it was made.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// What it cost until now; nil if nothing is measured, or the scan has no answers.
  ///
  /// - Parameter seconds: How long the scan took, if that is known better.
  func statistics(
    of report: ScanReport, _ scan: Scan, finders: [(finder: String, patternCount: Int)] = [],
    seconds: Double? = nil
  ) -> ScanStatistics? {
    guard let gauge, let before, report.hasAnswers else { return nil }
    gauge.look()
    return ScanStatistics(
      report, labels: scan.labels, options: scan.options, before: before, after: .now,
      seconds: seconds ?? self.seconds, anonymousPeak: gauge.peak, finders: finders)
  }
}
