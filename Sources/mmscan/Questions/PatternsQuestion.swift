import PatternSearch
import ScanEngine
import ScanStates
import ZstdFrames

extension Question {
  /// Does it contain this, and where?
  ///
  /// - Parameters:
  ///   - frames: Which frame holds which content; nil if it is not about content.
  ///   - density: Into which buckets of the file matches are counted as well; nil for none.
  static func patterns(
    _ set: PatternSet, shown: Int, frames: ContentFrames? = nil, density: BucketScale? = nil
  ) -> Question {
    Question { scan in
      var options = LineSearch.Options()
      options.shownLimit = shown
      options.density = density
      let ticket = scan.add(LineSearch(set, options: options), label: "find")
      let answer: @Sendable (ScanReport) -> Answer? = { report in
        guard let found = report[ticket] else { return nil }
        let results = zip(set.patterns, found)
        return Answer(
          rows: results.map { row($0, $1, shown: shown, frames) }, key: "patterns",
          json: .array(results.map { json($0, $1, frames) }), inexact: inexact(found),
          found: found.contains { $0.lines > 0 }, matches: Array(results))
      }
      let findings: @Sendable (ScanProgress) -> [Finding] = { progress in
        zip(set.patterns, progress[ticket] ?? []).map { pattern, found in
          Finding(
            "find", subject: pattern.bytes, words: counts(found),
            counts: [.init("matching_lines", found.lines), .init("matches", found.matches)])
        }
      }
      return Asked(answer: answer, findings: findings, finders: set.finderDescriptions)
    }
  }

  private static func inexact(_ found: [PatternMatches]) -> String? {
    guard let first = found.first(where: { $0.truncatedMatches }) else { return nil }
    return
      "find: pattern \(first.id + 1) asks for more than 8 MiB of one line at a time; its counts are "
      + "inexact: write it so that a match and what it looks at are shorter"
  }

  private static func row(
    _ pattern: Pattern, _ found: PatternMatches, shown: Int, _ frames: ContentFrames?
  ) -> Answer.Row {
    let name = SafeText.printable(pattern.bytes, onTerminal: StandardOutput.isTerminal)
    var counts = counts(found)
    if found.truncatedMatches { counts += "  INEXACT" }
    var details = found.shown.map { detail($0, frames) }
    if shown > 0, found.matches > found.shown.count {
      details.append(Array("... and \(found.matches - UInt64(found.shown.count)) more".utf8))
    }
    return Answer.Row("find", name + Array("  \(counts)".utf8), details: details)
  }

  private static func counts(_ found: PatternMatches) -> String {
    "\(counted(found.lines, "line", "lines")), \(counted(found.matches, "match", "matches"))"
  }

  /// `LINE:COLUMN @OFFSET  text`, the match marked on a terminal; in content `@OFFSET in FRAME`.
  private static func detail(_ match: Match, _ frames: ContentFrames?) -> [UInt8] {
    let onTerminal = StandardOutput.isTerminal
    let start = Int(match.offset - match.textOffset)
    let end = min(match.text.count, start + Int(min(match.byteCount, UInt64(Match.reach))))
    func part(_ range: Range<Int>) -> [UInt8] {
      SafeText.printable(match.text[range], onTerminal: onTerminal)
    }
    let (on, off) = marks
    let frame = frames?.frame(at: match.offset).map { " in \($0)" } ?? ""
    return Array("\(match.lineNumber):\(match.column) @\(match.offset)\(frame)  ".utf8)
      + (match.isClippedAtFront ? Array("...".utf8) : []) + part(0..<start) + on + part(start..<end)
      + off + part(end..<match.text.count) + (match.isClippedAtBack ? Array("...".utf8) : [])
  }

  /// Bold red, as grep marks matches; nothing where colours are unwanted.
  private static let marks: ([UInt8], [UInt8]) = {
    guard StandardOutput.isTerminal, unsafe getenv("NO_COLOR") == nil else { return ([], []) }
    return (Array("\u{1B}[1;31m".utf8), Array("\u{1B}[0m".utf8))
  }()

  private static func json(
    _ pattern: Pattern, _ found: PatternMatches, _ frames: ContentFrames?
  ) -> JSON {
    var members: [(String, JSON)] = [
      ("id", .integer(UInt64(found.id))), ("pattern", .text(pattern.bytes)),
      ("kind", .string(pattern.kind == .literal ? "literal" : "regex")),
      ("matching_lines", .integer(found.lines)), ("matches", .integer(found.matches)),
    ]
    if found.truncatedMatches { members.append(("truncated_matches", .bool(true))) }
    members.append(
      (
        "shown",
        .array(
          found.shown.map { match in
            .object(
              [
                ("line_number", .integer(match.lineNumber)), ("column", .integer(match.column)),
                ("absolute_offset", .integer(match.offset)),
              ]
                + (frames == nil ? [] : [("frame", .integer(frames?.frame(at: match.offset)))]) + [
                  ("byte_count", .integer(match.byteCount)), ("match", .text(match.bytes)),
                  ("lines", .text(match.text)), ("lines_offset", .integer(match.textOffset)),
                  ("clipped", .bool(match.isClippedAtFront || match.isClippedAtBack)),
                ])
          })
      ))
    return .object(members)
  }
}

/// `1 line`, `2 lines`.
func counted(_ count: UInt64, _ one: String, _ many: String) -> String {
  "\(count) \(count == 1 ? one : many)"
}
