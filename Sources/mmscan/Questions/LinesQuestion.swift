import ScanEngine
import ScanStates
import TextStatistics

extension Question {
  /// How many lines?
  static var lines: Question {
    Question { scan in
      let ticket = scan.add(LineCount(), label: "lines")
      let answer: @Sendable (ScanReport) -> Answer? = { report in
        guard let count = report[ticket] else { return nil }
        let note = count.endsWithNewline == false ? "  and a last one without a newline" : ""
        return Answer(
          rows: [Answer.Row("lines", "\(count.newlines)\(note)")], key: "lines",
          json: .object([
            ("newlines", .integer(count.newlines)),
            ("ends_with_newline", count.endsWithNewline.map { .bool($0) } ?? .null),
          ]))
      }
      return Asked(answer: answer) { progress in
        guard let newlines = progress[ticket]?.newlines else { return [] }
        return [
          Finding(
            "lines", words: counted(newlines, "line", "lines"),
            counts: [.init("newlines", newlines)])
        ]
      }
    }
  }
}
