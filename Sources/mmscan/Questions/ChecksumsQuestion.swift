import Checksums
import ScanEngine

extension Question {
  /// Is it intact?
  static func checksums(_ algorithms: [ChecksumAlgorithm]) -> Question {
    Question { scan in
      let tickets = algorithms.map { scan.add($0.makeAnalyzer(), label: $0.rawValue) }
      let answer: @Sendable (ScanReport) -> Answer? = { report in
        let digests = tickets.compactMap { report[$0] }
        guard digests.count == tickets.count else { return nil }
        return Answer(
          rows: digests.map { Answer.Row($0.algorithm.rawValue, $0.hex) }, key: "checksums",
          json: .array(
            digests.map {
              .object([("algorithm", .string($0.algorithm.rawValue)), ("hex", .string($0.hex))])
            }))
      }
      return Asked(answer: answer, findings: { _ in [] })
    }
  }
}
