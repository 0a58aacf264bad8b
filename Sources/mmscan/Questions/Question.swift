import ScanEngine

/// One thing to ask of a file: an analyzer, and how its answer is shown.
struct Question {
  /// Puts the analyzer into a scan and says how to get the answer from the report.
  let ask: (inout Scan) -> (ScanReport) -> Answer?
}
