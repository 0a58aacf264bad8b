import Arguments
import ByteProfile
import Checksums
import PatternSearch
import ScanEngine
import ZstdFrames

/// A page about a file, whole in itself: it names nothing that a browser would fetch, and forbids it to.
struct ReportPage {
  let name: [UInt8]
  let version: String
  let outcome: Outcome
  let answers: [Answer]
  let profile: OffsetProfile

  /// The page.
  var text: [UInt8] {
    let title = HTMLText.escaped(name)
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(Self.scriptDigest)'; "
      + "base-uri 'none'; form-action 'none'"
    return Array(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title) - mmscan report</title>
      <style>\(PageStyle.text)</style>
      </head>
      <body>
      <main>
      <header><h1>\(title)</h1><p class="lead">\(lead)</p>\(warning)</header>
      \(summary)
      \(PagePlots(profile).text)
      \(matches)
      \(frames)
      \(PageTable(profile).text)
      </main>
      <footer>Made by \(HTMLText.escaped(version)) from one read of the file.</footer>
      <script>\(PageScript.text)</script>
      </body>
      </html>

      """.utf8)
  }

  /// What is wrong with the file, if it has a report all the same.
  private var warning: String {
    let words =
      switch outcome {
      case .complete: ""
      case .incomplete: "Incomplete: \(outcome.sentence)."
      default: "The file \(outcome.sentence)."
      }
    return words.isEmpty ? "" : "<p class=\"warning\">\(HTMLText.escaped(words))</p>"
  }

  private var lead: String {
    let size = profile.buckets.byteCount
    let exact = size < 1024 ? "" : " (\(grouped(size)) bytes)"
    let start = profile.buckets.start
    let place = start > 0 ? ", from offset \(grouped(start))" : ""
    return "\(ByteSize(size).forPeople)\(exact)\(place), in \(Sparklines(profile).heading)"
  }

  // MARK: Summary

  /// What was asked, each with its answer.
  private var summary: String {
    var items: [(String, String)] = []
    for answer in answers where answer.matches.isEmpty {
      for row in answer.rows { items.append((row.label, HTMLText.escaped(row.value))) }
    }
    for matches in answers.flatMap(\.matches) {
      let counts =
        "\(grouped(matches.found.lines)) \(matches.found.lines == 1 ? "line" : "lines"), "
        + "\(grouped(matches.found.matches)) \(matches.found.matches == 1 ? "match" : "matches")"
        + (matches.found.truncatedMatches ? " (inexact)" : "")
      items.append(("find", "<code>\(HTMLText.escaped(matches.pattern.bytes))</code> \(counts)"))
    }
    let total = profile.buckets.total
    if total.byteCount > 0 {
      let kinds = ByteKind.allCases.filter { $0.count(total) > 0 }.map {
        "\($0.name) \(PageTable.share($0.count(total), of: total.byteCount))"
      }
      items.append(("bytes", kinds.joined(separator: ", ")))
    }
    for track in profile.tracks where track.kind == .holes {
      items.append(("holes", ByteSize(track.counts.reduce(0, +)).forPeople))
    }
    return "<section class=\"card\"><h2>Summary</h2><dl>"
      + items.map { "<dt>\(HTMLText.escaped($0))</dt><dd>\($1)</dd>" }.joined(separator: "\n")
      + "</dl></section>"
  }

  // MARK: Matches and frames

  private var matches: String {
    let shown = answers.flatMap(\.matches).filter { !$0.found.shown.isEmpty }
    guard !shown.isEmpty else { return "" }
    return "<section class=\"card\"><h2>First matches</h2>"
      + shown.map { pattern, found in
        let more = found.matches - UInt64(found.shown.count)
        return "<h3><code>\(HTMLText.escaped(pattern.bytes))</code></h3>"
          + "<div class=\"scroll\" tabindex=\"0\"><table class=\"matches\"><thead><tr>"
          + "<th scope=\"col\">line</th><th scope=\"col\">column</th><th scope=\"col\">offset</th>"
          + "<th scope=\"col\" class=\"words\">text</th></tr></thead><tbody>"
          + found.shown.map(row).joined() + "</tbody></table></div>"
          + (more > 0 ? "<p class=\"note\">and \(grouped(more)) more</p>" : "")
      }.joined() + "</section>"
  }

  private func row(_ match: Match) -> String {
    let start = Int(match.offset - match.textOffset)
    let end = min(match.text.count, start + Int(min(match.byteCount, UInt64(Match.reach))))
    let text =
      (match.isClippedAtFront ? "…" : "") + HTMLText.escaped(match.text[..<start]) + "<mark>"
      + HTMLText.escaped(match.text[start..<end]) + "</mark>"
      + HTMLText.escaped(match.text[end...]) + (match.isClippedAtBack ? "…" : "")
    return "<tr><td>\(match.lineNumber)</td><td>\(match.column)</td><td>\(match.offset)</td>"
      + "<td class=\"words\"><code>\(text)</code></td></tr>"
  }

  private var frames: String {
    guard let list = profile.frames,
      let row = answers.first(where: { $0.frames != nil })?.rows.first
    else { return "" }
    let lines = row.details.map { HTMLText.escaped($0) }.joined(separator: "\n")
    let omitted =
      profile.framesOmitted > 0
      ? "<p class=\"note\">The plot has the first \(list.frames.count) of \(list.frameCount) frames.</p>"
      : ""
    return "<section class=\"card\"><h2>zstd frames</h2><p>\(HTMLText.escaped(row.value))</p>"
      + "<div class=\"scroll\" tabindex=\"0\"><pre>\(lines)</pre></div>\(omitted)</section>"
  }

  /// The SHA-256 of the script, in base64: the page's policy lets no other one run.
  private static let scriptDigest: String = {
    let bytes = Array(PageScript.text.utf8)
    var analyzer = ChecksumAlgorithm.sha256.makeAnalyzer()
    // SAFETY: every byte of an array of UInt8 is initialised.
    let tile = unsafe Tile(surroundings: bytes.span.bytes, start: 0, end: bytes.count, offset: 0)
    guard (try? analyzer.update(tile)) != nil, let digest = try? analyzer.finalize() else {
      preconditionFailure("a digest of bytes in memory cannot fail")
    }
    return JSON.base64(digest.bytes)
  }()
}

/// With commas between thousands.
func grouped(_ count: UInt64) -> String {
  var groups = ""
  for (index, digit) in String(count).reversed().enumerated() {
    if index > 0, index % 3 == 0 { groups.append(",") }
    groups.append(digit)
  }
  return String(groups.reversed())
}
