import ScanEngine

extension Scan {
  /// Runs the scan while others look on, and takes the bar away at its end.
  func run(
    over source: Source, control: ScanControl, bar: ProgressBar?, gauge: AnonymousMemoryGauge?,
    publisher: ScanPublisher?
  ) throws(ScanError) -> ScanReport {
    defer { bar?.clear() }
    let report = try run(over: source, control: control) { progress in
      publisher?.update(progress)
      gauge?.look()
      bar?.update(progress)
    }
    if report.hasAnswers { bar?.end(byteCount: report.byteCount) }
    return report
  }
}
