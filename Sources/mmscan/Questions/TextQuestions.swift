import ScanEngine
import ScanStates
import TextStatistics

extension Question {
  /// How many words?
  static func words(_ rules: CharacterRules) -> Question {
    Question { scan in
      let ticket = scan.add(WordCount(rules), label: "words")
      return Asked { report in
        report[ticket].map { .number("words", key: "words", $0.words) }
      } findings: { progress in
        progress[ticket].map { [.number($0.words, "word", "words")] } ?? []
      }
    }
  }

  /// How many characters?
  static func characters(_ rules: CharacterRules) -> Question {
    Question { scan in
      let ticket = scan.add(CharacterCount(rules), label: "characters")
      return Asked { report in
        report[ticket].map { .number("characters", key: "characters", $0.characters) }
      } findings: { progress in
        progress[ticket].map { [.number($0.characters, "character", "characters")] } ?? []
      }
    }
  }

  /// How many columns has the longest line?
  static func longestLine(_ rules: CharacterRules) -> Question {
    Question { scan in
      let ticket = scan.add(LongestLine(rules), label: "longest line")
      return Asked { report in
        report[ticket].map { .number("longest line", key: "longest_line", $0, unit: " columns") }
      } findings: { _ in
        []
      }
    }
  }

  /// Is the text sound?
  static var health: Question {
    Question { scan in
      let ticket = scan.add(TextHealth(), label: "health")
      return Asked { report in
        report[ticket].map { .health($0) }
      } findings: { progress in
        guard let bytes = progress[ticket]?.invalidBytes, bytes > 0 else { return [] }
        return [.number(bytes, "invalid byte", "invalid bytes")]
      }
    }
  }
}

extension Finding {
  fileprivate static func number(_ count: UInt64, _ one: String, _ several: String) -> Finding {
    Finding(several, words: counted(count, one, several), counts: [.init("count", count)])
  }
}

extension Answer {
  fileprivate static func number(
    _ label: String, key: String, _ number: UInt64, unit: String = ""
  ) -> Answer {
    Answer(rows: [Row(label, "\(number)\(unit)")], key: key, json: .integer(number))
  }

  fileprivate static func health(_ health: TextHealth.Output) -> Answer {
    var rows = [
      Row("encoding", health.encoding.rawValue + (health.hasByteOrderMark ? ", with a mark" : ""))
    ]
    let first = health.firstInvalid.map { ", the first at offset \($0)" } ?? ""
    rows.append(Row("invalid UTF-8", counted(health.invalidBytes, "byte", "bytes") + first))
    rows.append(Row("NUL", counted(health.nuls, "byte", "bytes")))
    rows.append(Row("ends of lines", "\(health.lf) LF, \(health.crlf) CRLF, \(health.cr) CR alone"))
    if let ends = health.endsWithNewline {
      rows.append(Row("last line", ends ? "has a newline" : "has no newline"))
    }
    if let line = health.longestLine {
      let size = counted(line.byteCount, "byte", "bytes")
      rows.append(Row("longest line", "\(size), line \(line.number), at offset \(line.offset)"))
    }
    let longest = health.longestLine.map { line in
      JSON.object([
        ("line_number", .integer(line.number)), ("absolute_offset", .integer(line.offset)),
        ("byte_count", .integer(line.byteCount)),
      ])
    }
    return Answer(
      rows: rows, key: "health",
      json: .object([
        ("encoding", .string(health.encoding.rawValue)),
        ("byte_order_mark", .bool(health.hasByteOrderMark)),
        ("invalid_byte_count", .integer(health.invalidBytes)),
        ("first_invalid_offset", .integer(health.firstInvalid)),
        ("nul_count", .integer(health.nuls)), ("lf_count", .integer(health.lf)),
        ("crlf_count", .integer(health.crlf)), ("cr_count", .integer(health.cr)),
        ("ends_with_newline", health.endsWithNewline.map { .bool($0) } ?? .null),
        ("longest_line", longest ?? .null),
      ]))
  }
}
