import ByteProfile

/// Every bucket as a row. The page's script reads what it shows of a bucket here.
struct PageTable {
  private let profile: OffsetProfile

  init(_ profile: OffsetProfile) { self.profile = profile }

  var text: String {
    let buckets = profile.buckets.buckets
    guard !buckets.isEmpty else { return "" }
    let heads =
      ["from offset", "bytes"] + profile.tracks.map { HTMLText.escaped(head(of: $0)) }
      + ByteKind.allCases.map(\.name) + ["entropy"]
    let rows = buckets.indices.map { index -> String in
      let bucket = buckets[index]
      let cells =
        ["\(profile.buckets.range(of: index).lowerBound)", "\(bucket.byteCount)"]
        + profile.tracks.map { "\($0.counts[index])" }
        + ByteKind.allCases.map {
          "\($0.count(bucket)) (\(Self.share($0.count(bucket), of: bucket.byteCount)))"
        } + [(bucket.entropy ?? 0).rounded(decimals: 3)]
      return "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
    return "<details class=\"card\"><summary>\(Sparklines(profile).heading), as a table</summary>"
      + "<div class=\"scroll tall\" tabindex=\"0\"><table id=\"buckets\"><thead><tr>"
      + heads.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>\n<tbody>"
      + rows.joined(separator: "\n") + "</tbody></table></div></details>"
  }

  private func head(of track: OffsetProfile.Track) -> String {
    let name = SafeText.escaped(track.name)
    return switch track.kind {
    case .newlines: name
    case .matches: "matches of " + PagePlots.clipped(name)
    case .holes: "bytes in holes"
    case .frames: "frames that begin"
    }
  }

  /// A share in percent, with one decimal; never 0 or 100 of what is not none or all.
  static func share(_ part: UInt64, of whole: UInt64) -> String {
    guard part > 0, whole > 0 else { return "0%" }
    guard part < whole else { return "100%" }
    let share = min(99.9, max(0.1, 100 * Double(part) / Double(whole)))
    return share.rounded(decimals: 1) + "%"
  }
}
