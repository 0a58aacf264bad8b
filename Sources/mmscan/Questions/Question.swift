import ScanEngine
import ScanStates

/// One thing to ask of a file: an analyzer, and how its answer is shown.
struct Question {
  /// What was asked of one file.
  struct Asked: Sendable {
    /// Gets the answer from the report.
    let answer: @Sendable (ScanReport) -> Answer?
    /// What was found so far, while the scan runs; empty if nothing can be said before its end.
    let findings: @Sendable (ScanProgress) -> [Finding]
    /// What finds candidates for patterns, and for how many; empty if it asks for none.
    var finders: [(finder: String, patternCount: Int)] = []
  }

  /// Puts the analyzer into a scan.
  let ask: (inout Scan) -> Asked
}
