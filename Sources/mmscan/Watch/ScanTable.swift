import ScanStates

/// Scans, one a row.
struct ScanTable {
  let text: String

  init(_ scans: [ScanState]) {
    // The last two columns stand to the left, and the last is as long as it likes.
    let table =
      [["pid", "done", "rate", "left", "analyzers", "file"]]
      + scans.map { scan in
        let text = ScanStateText(scan)
        return [text.pid, text.done, text.rate, text.timeLeft, text.analyzers, text.file]
      }
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    text = table.map { row in
      row.enumerated().map { column, field in
        let padding = String(repeating: " ", count: widths[column] - field.count)
        return column < 4 ? padding + field : column == 4 ? field + padding : field
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
