import ScanEngine
import ZstdFrames

/// Prints frames, for people or as JSON, while they are found.
final class FramePrinter: @unchecked Sendable {
  // SAFETY: whoever is handed listings uses it while a scan runs, and the main thread before and after.
  private let name: [UInt8]
  private let isJSON: Bool
  private let output = OutputBuffer()
  private var hasHead = false
  private var zstdCount: UInt64 = 0
  private var skippableCount: UInt64 = 0
  private var compressedByteCount: UInt64 = 0
  private var contentByteCount: UInt64? = 0

  /// What comes out does not depend on whether the size of the input is known.
  private static let columns: [(head: String, width: Int)] = [
    ("index", 5), ("offset", 13), ("size", 10), ("content", 10), ("ratio", 6), ("window", 8),
    ("dict", 4), ("checksum", 8), ("raw", 3), ("rle", 3), ("comp", 4),
  ]

  /// What a skippable frame has in most columns.
  private static let dashes = Array(
    columns.dropFirst(4).map { String(repeating: " ", count: $0.width - 1) + "- " }.joined().utf8)

  init(_ name: [UInt8], isJSON: Bool) { (self.name, self.isJSON) = (name, isJSON) }

  /// Why something could not be printed; nil if all was.
  var failure: CommandError? { output.failure }

  func flush() { output.flush() }

  /// Prints whose frames follow.
  func begin(isFirst: Bool) {
    guard !isJSON else { return }
    if !isFirst { output.append(10) }
    output.append(SafeText.printable(name, onTerminal: StandardOutput.isTerminal) + [10])
  }

  /// - Parameter decoded: How much content came out, if it was decoded.
  func print(_ frame: Frame, contentByteCount decoded: UInt64? = nil) {
    compressedByteCount += frame.byteCount
    let content = decoded ?? frame.header?.contentByteCount
    if frame.isSkippable {
      skippableCount += 1
    } else {
      zstdCount += 1
      contentByteCount = contentByteCount.flatMap { sum in
        content.flatMap { sum.addingReportingOverflow($0).overflow ? nil : sum + $0 }
      }
    }
    isJSON ? printObject(frame, content) : printLine(frame, content)
  }

  // MARK: For people

  /// Prints a frame that could not be decoded.
  func print(_ bad: Verification.Damage) {
    guard !isJSON else {
      output.append(JSON.object(bad.members(path: name)).line + [10])
      return
    }
    printHead()
    let byteCount = UInt64(bad.range.count)
    for (number, column) in zip([bad.index, bad.range.lowerBound, byteCount], Self.columns) {
      output.append(decimal: number, width: column.width)
      output.append(UInt8(ascii: " "))
    }
    output.append(text: (bad.isUnverified ? "???? " : "BAD ") + bad.reason + "\n")
  }

  private func printHead() {
    guard !hasHead else { return }
    hasHead = true
    output.append(
      text: Self.columns.map { right($0.head, $0.width) }.joined(separator: " ") + " kind\n")
  }

  private func printLine(_ frame: Frame, _ content: UInt64?) {
    printHead()
    var column = 0
    func put(_ number: UInt64) {
      output.append(decimal: number, width: Self.columns[column].width)
      output.append(UInt8(ascii: " "))
      column += 1
    }
    func put(_ text: String) {
      output.append(text: right(text, Self.columns[column].width))
      output.append(UInt8(ascii: " "))
      column += 1
    }
    put(frame.index)
    put(frame.offset)
    put(frame.byteCount)
    switch frame.kind {
    case .zstd(let header, let blocks, let checksum):
      if let content {
        put(content)
        put(decimals(Double(content) / Double(max(1, frame.byteCount)), 3))
      } else {
        put("?")
        put("?")
      }
      put(header.windowByteCount)
      put(header.dictionaryID.map { "\($0)" } ?? "-")
      put(checksum.map(eightDigits) ?? "-")
      put(blocks.raw)
      put(blocks.runLength)
      put(blocks.compressed)
      output.append("zstd\n")
    case .skippable(let magicNumber, let size):
      put(UInt64(size))
      output.append(Self.dashes)
      output.append(
        text: "skippable \(eightDigits(magicNumber))" + (frame.purpose.map { ", \($0)" } ?? "")
          + "\n")
    }
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  // MARK: For scripts

  private func printObject(_ frame: Frame, _ content: UInt64?) {
    var members: [(String, JSON)] = [
      ("schema", .string("mmscan/1")), ("type", .string("frame")), ("path", .text(name)),
    ]
    members += frame.members(contentByteCount: content)
    output.append(JSON.object(members).line + [10])
  }

  /// Prints the sums, for scripts.
  ///
  /// - Parameters:
  ///   - byteCount: How many bytes there were; nil of a stream that was not read behind its last frame.
  ///   - start: Where the part begins that was read.
  func end(_ outcome: Outcome, byteCount: UInt64?, from start: UInt64, trailing: String?) {
    defer { flush() }
    guard isJSON else { return }
    var members = FileReport.head(
      type: "end", name, byteCount: byteCount, from: start, outcome)
    members += [
      ("frame_count", .integer(zstdCount)),
      ("skippable_count", .integer(skippableCount)),
      ("compressed_byte_count", .integer(compressedByteCount)),
      ("content_byte_count", .integer(contentByteCount)),
    ]
    if outcome == .complete, let trailing { members.append(("trailing", .string(trailing))) }
    output.append(JSON.object(members).line + [10])
  }
}

extension Frame {
  /// The frame as it stands in JSON.
  ///
  /// - Parameter content: How much content a zstd frame has, if that is known.
  func members(contentByteCount content: UInt64?) -> [(String, JSON)] {
    let place: [(String, JSON)] = [
      ("index", .integer(index)), ("kind", .string(isSkippable ? "skippable" : "zstd")),
      ("offset", .integer(offset)), ("byte_count", .integer(byteCount)),
    ]
    switch kind {
    case .zstd(let header, let blocks, let checksum):
      return place + [
        ("content_byte_count", .integer(content)),
        ("window_byte_count", .integer(header.windowByteCount)),
        ("dictionary_id", .integer(header.dictionaryID.map { UInt64($0) })),
        ("block_count", .integer(blocks.total)),
        ("raw_block_count", .integer(blocks.raw)),
        ("run_length_block_count", .integer(blocks.runLength)),
        ("compressed_block_count", .integer(blocks.compressed)),
        ("checksum", checksum.map { .string(eightDigits($0)) } ?? .null),
      ]
    case .skippable(let magicNumber, let contentByteCount):
      var members =
        place + [
          ("magic", .string(eightDigits(magicNumber))),
          ("content_byte_count", .integer(UInt64(contentByteCount))),
        ]
      switch purpose {
      case .seekTable(let frameCount):
        members += [
          ("purpose", .string("seek_table")), ("listed_frame_count", .integer(UInt64(frameCount))),
        ]
      case .frameSize(let byteCount):
        members += [
          ("purpose", .string("frame_size")), ("next_byte_count", .integer(UInt64(byteCount))),
        ]
      case nil: break
      }
      return members
    }
  }
}
