import Checksums
import ScanEngine

extension Question {
  /// Is it intact?
  ///
  /// - Parameter ofFile: Whether the content is asked for, too, but this is of the file.
  static func checksums(_ algorithms: [ChecksumAlgorithm], ofFile: Bool = false) -> Question {
    Question { scan in
      let tickets = algorithms.map { scan.add($0.makeAnalyzer(), label: $0.name) }
      let answer: @Sendable (ScanReport) -> Answer? = { report in
        let digests = tickets.compactMap { report[$0] }
        guard digests.count == tickets.count else {
          guard case .incomplete = report.outcome else { return nil }
          return Answer(
            rows: algorithms.map {
              Answer.Row((ofFile ? "file " : "") + $0.name, "none: bytes are missing")
            }, key: ofFile ? "file_checksums" : "checksums", json: .null)
        }
        return Answer(
          rows: digests.map { Answer.Row((ofFile ? "file " : "") + $0.algorithm.name, $0.hex) },
          key: ofFile ? "file_checksums" : "checksums",
          json: .array(
            digests.map {
              .object([("algorithm", .string($0.algorithm.name)), ("hex", .string($0.hex))])
            }))
      }
      return Asked(answer: answer, findings: { _ in [] })
    }
  }
}
