import ByteProfile
import Checksums
import FileMapping
import PatternSearch
import ScanEngine
import TextStatistics
import ZstdFrames

/// Every answer of a scan, to be compared.
private struct Answers: Equatable {
  var lines: LineCount.Output?
  var digests: [String] = []
  var matches: [PatternMatches] = []
  var frames: FrameList?
  var profile: ByteBuckets?
}

/// How a scan goes about it.
private struct Way {
  var jobs = 1
  var windowByteCount = 1 << 20
  var tileByteCount = 1 << 20
  var opening = Source.Opening()
  var lanes = LanePlan.Mode.together

  init() {}

  /// One that three bytes choose.
  init(_ choice: (UInt8, UInt8, UInt8)) {
    jobs = 1 + Int(choice.0 % 4)
    opening.way = choice.0 & 4 == 0 ? .automatic : .reading
    lanes = choice.0 & 8 == 0 ? .together : .separate
    tileByteCount = 1 + Int(choice.1) * (choice.0 & 16 == 0 ? 1 : 97)
    windowByteCount = 1 + Int(choice.2) * (choice.0 & 32 == 0 ? 3 : 331)
  }
}

private func answers(_ bytes: UnsafeRawBufferPointer, _ set: PatternSet, _ way: Way) -> Answers {
  var scan = Scan()
  (scan.options.jobs, scan.options.lanes) = (way.jobs, way.lanes)
  (scan.options.windowByteCount, scan.options.tileByteCount) = (
    way.windowByteCount, way.tileByteCount
  )
  let lines = scan.add(LineCount(), label: "lines")
  let algorithms: [ChecksumAlgorithm] = [
    .crc32, .crc64, .xxh3, .blake3, .md5, .sysv, .sha224, .blake2b(),
  ]
  let digests: [Scan.Ticket<Digest>] = algorithms.map {
    scan.add($0.makeAnalyzer(), label: $0.name)
  }
  let scale = BucketScale(limit: 6, smallestByteCount: 2)
  var options = LineSearch.Options()
  (options.shownLimit, options.density) = (10, scale)
  let search = scan.add(LineSearch(set, options: options), label: "find")
  let profile = scan.add(Profile(scale), label: "profile")
  let frames = scan.add(FrameWalk(), label: "frames")
  do {
    let report = try unsafe scan.run(over: InputFile.source(bytes, way.opening))
    precondition(report.outcome == .complete, "\(report.outcome)")
    return Answers(
      lines: report[lines], digests: digests.map { report[$0]!.hex }, matches: report[search]!,
      frames: report[frames], profile: report[profile])
  } catch { preconditionFailure("\(error)") }
}

private let literals = try! PatternSet([
  Pattern(Array("ab".utf8), kind: .literal), Pattern(Array("\u{0}".utf8), kind: .literal),
])

/// Cuts an input at random: three bytes say how, the rest is scanned.
func engine(_ bytes: UnsafeRawBufferPointer) {
  guard bytes.count > 3 else { return }
  let way = unsafe Way((bytes[0], bytes[1], bytes[2]))
  let input = unsafe UnsafeRawBufferPointer(rebasing: bytes[3...])
  let whole = unsafe answers(input, literals, Way())
  precondition(unsafe answers(input, literals, way) == whole, "\(way) changes the answers")
}

/// Searches for a pattern, up to the first newline, in the text behind it.
func pattern(_ bytes: UnsafeRawBufferPointer) {
  guard bytes.count > 4 else { return }
  let way = unsafe Way((bytes[0], bytes[1], bytes[2]))
  let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[3...])
  guard let end = unsafe rest.firstIndex(of: 10), (1...60).contains(end), end + 1 < rest.count
  else { return }
  let text = unsafe UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
  let set: PatternSet
  do throws(PatternError) {
    set = try PatternSet([
      Pattern(unsafe Array(rest[..<end]), kind: .regex, ignoresCase: way.jobs > 2)
    ])
  } catch { return }
  let whole = unsafe answers(text, set, Way())
  precondition(unsafe answers(text, set, way) == whole, "\(way) changes the answers")
}
