import ByteProfile
import FileMapping
import PatternSearch
import ScanEngine
import ZstdFrames

/// What lies where in a file: everything that was counted over its buckets.
struct OffsetProfile {
  /// What a count is of.
  enum Kind {
    case newlines, matches, holes, frames
  }

  /// A count for each bucket.
  struct Track {
    var kind: Kind
    /// What it is called; somebody else's text if it is a pattern.
    var name: [UInt8]
    var counts: [UInt64]
  }

  let buckets: ByteBuckets
  /// Newlines, each pattern's matches, bytes in holes, and frames that begin; those that there are.
  private(set) var tracks: [Track] = []
  /// The frames that are listed; nil if there are none.
  private(set) var frames: FrameList?

  init(_ buckets: ByteBuckets, _ answers: [Answer], _ scale: BucketScale, holes: BucketCounts?) {
    self.buckets = buckets
    add(.newlines, "newlines", buckets.buckets.map(\.newlines))
    for matches in answers.flatMap(\.matches) {
      guard let density = matches.found.density else { continue }
      tracks.append(Track(kind: .matches, name: matches.pattern.bytes, counts: spread(density)))
    }
    if let holes, holes.bucketCount > 0 { add(.holes, "holes", spread(holes)) }
    guard let frames = answers.lazy.compactMap(\.frames).first, frames.frameCount > 0 else {
      return
    }
    self.frames = frames
    var starts = BucketCounts(scale)
    for frame in frames.frames { starts.add(at: frame.offset) }
    add(.frames, "frames", spread(starts))
  }

  private mutating func add(_ kind: Kind, _ name: String, _ counts: [UInt64]) {
    tracks.append(Track(kind: kind, name: Array(name.utf8), counts: counts))
  }

  /// Counts for the buckets of the whole file.
  private func spread(_ counts: BucketCounts) -> [UInt64] {
    var all = [UInt64](repeating: 0, count: buckets.buckets.count)
    let ratio = Int(max(1, buckets.bucketByteCount / counts.bucketByteCount))
    for bucket in 0..<min(counts.bucketCount, all.count * ratio) {
      all[bucket / ratio] += counts[bucket]
    }
    return all
  }

  /// How many bytes of each bucket lie in holes; nil if nobody can tell.
  static func holes(
    of object: MappingObject, _ scale: BucketScale
  ) throws(MappingError) -> BucketCounts? {
    let extents = Extents(of: object)
    guard extents.areKnown else { return nil }
    var counts = BucketCounts(scale)
    let end = object.size.rawValue
    counts.reach(end - scale.start)
    var offset = scale.start
    while offset < end {
      let extent = try extents.first(from: offset) ?? end..<end
      if offset < extent.lowerBound {
        counts.add(offset..<extent.lowerBound) { counts, place, range in
          counts[place] += UInt64(range.count)
        }
      }
      offset = max(extent.upperBound, offset + 1)
    }
    return counts
  }

  /// How many frames there are beyond those that are listed and counted.
  var framesOmitted: UInt64 { frames.map { $0.frameCount - UInt64($0.frames.count) } ?? 0 }

  /// The answer for people, with a line for each plot, and for scripts.
  var answer: Answer {
    let plots = Sparklines(self)
    let columnCount = TerminalSize(of: 1).columnCount
    return Answer(
      rows: [
        Answer.Row(
          "profile", plots.heading(columnCount: columnCount),
          details: plots.lines(columnCount: columnCount))
      ], key: "profile", json: json)
  }

  private var json: JSON {
    func array(_ counts: [UInt64]) -> JSON { .array(counts.map { .integer($0) }) }
    func column(_ value: (ByteBucket) -> UInt64) -> JSON { array(buckets.buckets.map(value)) }
    let start: [(String, JSON)] =
      buckets.start > 0 ? [("start_offset", .integer(buckets.start))] : []
    var members: [(String, JSON)] =
      start + [
        ("bucket_byte_count", .integer(buckets.bucketByteCount)),
        ("bucket_count", .integer(UInt64(buckets.buckets.count))),
        ("newlines", column { $0.newlines }), ("printable", column { $0.printable }),
        ("whitespace", column { $0.whitespace }), ("control", column { $0.control }),
        ("zeros", column { $0.zeros }), ("high", column { $0.high }),
        ("entropy", .array(buckets.buckets.map { $0.entropy.map { .decimal($0) } ?? .null })),
      ]
    let patterns = tracks.filter { $0.kind == .matches }
    if !patterns.isEmpty { members.append(("matches", .array(patterns.map { array($0.counts) }))) }
    for track in tracks where track.kind == .holes {
      members.append(("hole_byte_counts", array(track.counts)))
    }
    for track in tracks where track.kind == .frames {
      members.append(("frames", array(track.counts)))
    }
    return .object(members)
  }
}
