import Arguments
import ScanEngine
import ScanStates
import ZstdFrames

extension Question {
  /// How many frames a person is shown.
  private static let listedRowCount = 20

  /// Whether a file begins as a zstd file does.
  static func looksLikeZstd(_ firstBytes: [UInt8]) -> Bool {
    // SAFETY: every byte of an array of UInt8 is initialised.
    FrameWalk.startsWithMagic(unsafe firstBytes.span.bytes)
  }

  /// Which zstd frames are there?
  ///
  /// - Parameter onlyIfAny: Whether an input that does not begin as zstd files do has no answer.
  static func frames(onlyIfAny: Bool) -> Question {
    Question { scan in
      let ticket = scan.add(FrameWalk(), label: "frames")
      let answer: @Sendable (ScanReport) -> Answer? = { report in
        guard let list = report[ticket] else {
          guard case .incomplete = report.outcome, !onlyIfAny else { return nil }
          return Answer(
            rows: [Answer.Row("frames", "none: bytes are missing")], key: "frames", json: .null)
        }
        guard !onlyIfAny || beginsAsZstd(list) else { return nil }
        return Answer(
          rows: [row(list)], key: "frames", json: json(list), checkFailed: list.trailing != nil,
          frames: list)
      }
      return Asked(answer: answer) { progress in
        guard let list = progress[ticket], !onlyIfAny || list.frameCount > 0 else { return [] }
        return [
          Finding(
            "frames", words: counts(list),
            counts: [
              .init("frame_count", list.zstdFrameCount),
              .init("skippable_count", list.skippableFrameCount),
            ])
        ]
      }
    }
  }

  private static func beginsAsZstd(_ list: FrameList) -> Bool {
    if list.frameCount > 0 { return true }
    return switch list.trailing?.reason {
    case nil, .notZstd, .legacyFormat, .truncated(.magicNumber, _): false
    case .truncated, .corrupt: true
    }
  }

  private static func row(_ list: FrameList) -> Answer.Row {
    guard list.frameCount > 0 else {
      return Answer.Row("frames", "none" + (list.trailing.map { ": \($0)" } ?? ""))
    }
    var summary = counts(list) + ", \(ByteSize(list.byteCount).forPeople)"
    if let content = list.contentByteCount {
      summary += " of \(ByteSize(content).forPeople)"
    } else {
      summary += ", content size not declared"
    }
    if list.zstdFrameCount > 0 {
      summary += ", \(list.checksummedFrameCount) with a checksum"
    }
    var details = table(list.frames.prefix(listedRowCount))
    let omitted = list.frameCount - UInt64(min(list.frames.count, listedRowCount))
    if omitted > 0 { details.append("... and \(omitted) more (--json lists up to 100000)") }
    if let trailing = list.trailing { details.append("DAMAGED: \(trailing)") }
    return Answer.Row("frames", summary, details: details.map { Array($0.utf8) })
  }

  private static func counts(_ list: FrameList) -> String {
    counted(list.zstdFrameCount, "frame", "frames")
      + (list.skippableFrameCount > 0 ? ", \(list.skippableFrameCount) skippable" : "")
  }

  private static func table(_ frames: some Sequence<Frame>) -> [String] {
    let head = ["index", "offset", "size", "content", "window", "blocks", "checksum"]
    let rows = frames.map { frame -> [String] in
      let place = ["\(frame.index)", "\(frame.offset)", "\(frame.byteCount)"]
      switch frame.kind {
      case .zstd(let header, let blocks, let checksum):
        return place + [
          header.contentByteCount.map { "\($0)" } ?? "?",
          ByteSize(header.windowByteCount).forPeople, "\(blocks.total)",
          checksum.map(eightDigits) ?? "-",
        ]
      case .skippable(let magicNumber, _):
        return place + ["skippable", eightDigits(magicNumber)]
      }
    }
    let widths = head.indices.map { column in
      ([head] + rows).map { $0.count > column ? $0[column].count : 0 }.max()!
    }
    return ([head] + rows).map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
        .joined(separator: "  ")
    }
  }

  private static func json(_ list: FrameList) -> JSON {
    .object([
      ("frame_count", .integer(list.zstdFrameCount)),
      ("skippable_count", .integer(list.skippableFrameCount)),
      ("compressed_byte_count", .integer(list.byteCount)),
      ("content_byte_count", .integer(list.contentByteCount)),
      ("checksum_count", .integer(list.checksummedFrameCount)),
      (
        "frames",
        .array(
          list.frames.map { .object($0.members(contentByteCount: $0.header?.contentByteCount)) })
      ),
      ("frames_omitted", .integer(list.frameCount - UInt64(list.frames.count))),
      (
        "trailing",
        list.trailing.map { trailing in
          .object([
            ("offset", .integer(trailing.offset)), ("kind", .string(word(trailing.reason))),
            ("detail", .string("\(trailing)")),
          ])
        } ?? .null
      ),
    ])
  }

  private static func word(_ reason: Trailing.Reason) -> String {
    switch reason {
    case .notZstd: "not_zstd"
    case .legacyFormat: "legacy"
    case .truncated: "truncated"
    case .corrupt: "corrupt"
    }
  }
}
