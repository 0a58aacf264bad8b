import PatternSearch
import ZstdFrames

/// What is shown of one question.
struct Answer {
  /// A row for people: what was asked, and the answer; more lines stand below it, indented.
  struct Row {
    var label: String
    var value: [UInt8]
    var details: [[UInt8]] = []

    init(_ label: String, _ value: String, details: [[UInt8]] = []) {
      self.init(label, Array(value.utf8), details: details)
    }

    init(_ label: String, _ value: [UInt8], details: [[UInt8]] = []) {
      self.label = label
      self.value = value
      self.details = details
    }
  }

  var rows: [Row]
  /// The key and value for scripts.
  var key: String
  var json: JSON
  /// Why the answer may be inexact; nil if it is exact.
  var inexact: String?
  /// Whether something that was checked is wrong.
  var checkFailed = false
  /// Whether a search found something; nil if nothing was searched for.
  var found: Bool?
  /// What was found of each pattern.
  var matches: [(pattern: Pattern, found: PatternMatches)] = []
  /// The frames that are listed; nil if they are not asked for.
  var frames: FrameList?
}

extension Answer {
  /// The rows of answers, one below the other, for people.
  static func lines(_ answers: [Answer]) -> [UInt8] {
    let rows = answers.flatMap(\.rows)
    let width = rows.map(\.label.count).max() ?? 0
    var text: [UInt8] = []
    for row in rows {
      text += "  \(row.label)\(String(repeating: " ", count: width - row.label.count))  ".utf8
      text += row.value + [10]
      for line in row.details {
        text += String(repeating: " ", count: width + 6).utf8
        text += line + [10]
      }
    }
    return text
  }
}
