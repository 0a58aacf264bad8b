import Arguments
import ByteProfile
import ZstdFrames

/// The plots of a page, one below the other over the same offsets, drawn without a script.
struct PagePlots {
  private let profile: OffsetProfile
  private var buckets: [ByteBucket] { profile.buckets.buckets }

  init(_ profile: OffsetProfile) { self.profile = profile }

  var text: String {
    guard !buckets.isEmpty else {
      return "<section class=\"card\"><h2>Over the offsets</h2><p>The file is empty.</p></section>"
    }
    let counts = profile.tracks.filter { $0.kind == .newlines || $0.kind == .matches }
    let plots =
      counts.map(countPlot) + [kindPlot, entropyPlot]
      + profile.tracks.filter { $0.kind == .holes }.map(holePlot)
      + profile.tracks.filter { $0.kind == .frames }.map(framePlot)
    return """
      <section class="card"><h2>Over the offsets</h2>
      <div class="plots" id="plots" tabindex="0" role="group" \
      aria-label="Plots over the offsets of the file. Left and right arrow keys go from bucket to bucket.">
      \(plots.joined(separator: "\n"))
      \(axis)
      <div class="line" id="line" hidden></div>
      <div class="tip" id="tip" role="status" hidden></div>
      </div>
      <p class="note" id="help" hidden>Point at a bucket, or use the arrow keys, for its figures.</p>
      </section>
      """
  }

  /// A name that has a place above a plot.
  static func clipped(_ name: String) -> String {
    name.count > 40 ? String(name.prefix(39)) + "…" : name
  }

  /// - Parameter code: What of the title comes last and is a pattern.
  private func plot(
    _ title: String, code: String? = nil, _ note: String, _ kind: String, _ shapes: String,
    legend: String = ""
  ) -> String {
    let heading = title + (code.map { " <code>\($0)</code>" } ?? "")
    return """
      <figure class="\(kind)"><figcaption><b>\(heading)</b> <span>\(note)</span></figcaption>\(legend)
      <svg viewBox="0 0 \(buckets.count) \(Self.height)" preserveAspectRatio="none" role="img" \
      aria-label="\(title)\(code.map { " " + $0 } ?? ""): \(note)">\(shapes)</svg></figure>
      """
  }

  /// The height of a plot in units of its own.
  private static let height = 500

  /// The area below values from 0 to 1, a step for each bucket.
  private func area(_ values: [Double]) -> String {
    // Nothing is below the edge, so that an outline shows only what is there.
    let nothing = Self.height + 40
    var path = "M0 \(nothing)"
    var last: Int?
    for (index, value) in values.enumerated() {
      // What is there is seen.
      let y =
        value > 0
        ? Self.height - max(8, Int((min(1, value) * Double(Self.height)).rounded())) : nothing
      if y != last {
        if last != nil { path += "H\(index)" }
        path += "V\(y)"
        last = y
      }
    }
    return path + "H\(values.count)V\(nothing)Z"
  }

  private func countPlot(_ track: OffsetProfile.Track) -> String {
    let most = track.counts.max() ?? 0
    let values = track.counts.map { Double($0) / Double(max(1, most)) }
    let name = HTMLText.escaped(Self.clipped(SafeText.escaped(track.name)))
    return plot(
      track.kind == .matches ? "matches of" : name, code: track.kind == .matches ? name : nil,
      "up to \(grouped(most)) a bucket, \(grouped(track.counts.reduce(0, +))) in all",
      track.kind == .matches ? "matches" : "counts", "<path d=\"\(area(values))\"/>")
  }

  private var kindPlot: String {
    let total = profile.buckets.total
    let kinds = ByteKind.allCases.filter { $0.count(total) > 0 }
    var below = [UInt64](repeating: 0, count: buckets.count)
    var shapes: [String] = []
    for kind in kinds {
      for index in buckets.indices { below[index] += kind.count(buckets[index]) }
      let tops = buckets.indices.map {
        Double(below[$0]) / Double(max(1, buckets[$0].byteCount))
      }
      shapes.append("<path class=\"\(kind.rawValue)\" d=\"\(area(tops))\"/>")
    }
    let legend =
      "<ul class=\"legend\">"
      + kinds.map { "<li><i class=\"\($0.rawValue)\"></i>\($0.name)</li>" }.joined() + "</ul>"
    // The last one reaches highest and is drawn first.
    return plot(
      "kinds of bytes", "shares of each bucket", "kinds", shapes.reversed().joined(),
      legend: legend)
  }

  private var entropyPlot: String {
    let values = buckets.map { ($0.entropy ?? 0) / 8 }
    let known = buckets.compactMap(\.entropy)
    let ends = [known.min() ?? 0, known.max() ?? 0].map { $0.rounded(decimals: 2) }
    return plot(
      "entropy", "\(ends[0]) to \(ends[1]) of 8 bits a byte", "entropy",
      "<path d=\"\(area(values))\"/>")
  }

  private func holePlot(_ track: OffsetProfile.Track) -> String {
    let values = zip(track.counts, buckets).map { Double($0) / Double(max(1, $1.byteCount)) }
    return plot(
      "holes", "\(ByteSize(track.counts.reduce(0, +)).forPeople) without blocks", "holes",
      "<path d=\"\(area(values))\"/>")
  }

  /// Each frame as a bar of its own, or how many begin where they are too many for that.
  private func framePlot(_ track: OffsetProfile.Track) -> String {
    guard let list = profile.frames else { return "" }
    let note =
      counted(list.zstdFrameCount, "frame", "frames")
      + (list.skippableFrameCount > 0 ? ", \(list.skippableFrameCount) skippable" : "")
    guard list.frames.count <= 256 else {
      let most = track.counts.max() ?? 0
      return plot(
        "zstd frames", "\(note), up to \(most) begin in a bucket", "frames many",
        "<path d=\"\(area(track.counts.map { Double($0) / Double(max(1, most)) }))\"/>")
    }
    let size = Double(profile.buckets.bucketByteCount)
    let bars = list.frames.enumerated().map { index, frame -> String in
      let isSkippable = if case .skippable = frame.kind { true } else { false }
      let kind = isSkippable ? "skippable" : index % 2 == 0 ? "even" : "odd"
      let start = (Double(frame.offset - profile.buckets.start) / size).rounded(decimals: 3)
      let width = max(0.001, Double(frame.byteCount) / size).rounded(decimals: 3)
      return
        "<rect class=\"\(kind)\" x=\"\(start)\" y=\"0\" width=\"\(width)\" height=\"\(Self.height)\"/>"
    }
    return plot("zstd frames", note, "frames", bars.joined())
  }

  /// Offsets below the plots, at multiples of a power of two.
  private var axis: String {
    let size = profile.buckets.bucketByteCount
    let count = buckets.count
    var step = 1
    while count / step > 5 { step *= 2 }
    let marks = stride(from: 0, to: count, by: step).map { bucket -> String in
      let place = (100 * Double(bucket) / Double(count)).rounded(decimals: 3)
      let (isFirst, isLast) = (bucket == 0, count - bucket <= step / 2)
      let anchor = isFirst ? " first" : isLast ? " last" : ""
      return
        "<span class=\"mark\(anchor)\" style=\"left:\(place)%\">\(ByteSize(profile.buckets.start + UInt64(bucket) * size).forPeople)</span>"
    }
    return "<div class=\"axis\" aria-hidden=\"true\">\(marks.joined())</div>"
  }
}
