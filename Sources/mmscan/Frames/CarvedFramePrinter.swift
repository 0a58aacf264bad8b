import ScanEngine
import ZstdFrames

/// Prints carved frames, for people or as JSON, while they are found.
final class CarvedFramePrinter: @unchecked Sendable {
  // SAFETY: whoever is handed listings uses it while a scan runs, and the main thread before and after.
  private let name: [UInt8]
  private let byteCount: UInt64
  private let isJSON: Bool
  private let offsetWidth: Int
  private let output = OutputBuffer()
  private var hasHead = false
  private(set) var counts = CarvedFrameCounts()

  init(_ name: [UInt8], byteCount: UInt64, isJSON: Bool) {
    (self.name, self.byteCount, self.isJSON) = (name, byteCount, isJSON)
    offsetWidth = max(8, String(byteCount).utf8.count)
  }

  /// Why something could not be printed; nil if all was.
  var failure: CommandError? { output.failure }

  func flush() { output.flush() }

  /// Prints whose frames follow.
  func begin(isFirst: Bool) {
    guard !isJSON else { return }
    if !isFirst { output.append(10) }
    output.append(SafeText.printable(name, onTerminal: StandardOutput.isTerminal) + [10])
  }

  /// - Parameter file: Where it was written to, if it was.
  func print(_ frame: CarvedFrame, extractedTo file: [UInt8]?) {
    counts.add(frame)
    isJSON ? printObject(frame, file) : printLine(frame)
  }

  // MARK: For people

  private func printLine(_ frame: CarvedFrame) {
    if !hasHead {
      hasHead = true
      printLine("offset", "size", "content", "sure", "what")
    }
    printLine(
      "\(frame.offset)", "\(frame.byteCount)", frame.contentByteCount.map { "\($0)" } ?? "?",
      frame.confidence.rawValue, words(frame))
  }

  private func printLine(
    _ offset: String, _ size: String, _ content: String, _ confidence: String, _ words: String
  ) {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
    output.append(
      text: right(offset, offsetWidth) + "  " + right(size, 10) + "  " + right(content, 11)
        + "  \(confidence)" + String(repeating: " ", count: 9 - confidence.utf8.count) + words
        + "\n")
  }

  private func words(_ frame: CarvedFrame) -> String {
    var words = "frame"
    if case .skippable(let magicNumber, _) = frame.kind {
      words = "skippable \(eightDigits(magicNumber))"
      switch frame.purpose {
      case .seekTable: words += ", a seek table"
      case .frameSize: words += ", the size of the next frame"
      case nil: break
      }
    }
    switch frame.relation {
    case .separate: break
    case .nested(let offset): words += " nested in \(offset)"
    case .overlapping(let offset): words += " overlapping \(offset)"
    }
    if let damage = frame.damage {
      words += frame.confidence == .damaged ? ": \(damage)" : ", not decoded: \(damage)"
    }
    return words
  }

  // MARK: JSON

  private func printObject(_ frame: CarvedFrame, _ file: [UInt8]?) {
    var members: [(String, JSON)] = [
      ("schema", .string("mmscan/1")), ("type", .string("frame")), ("path", .text(name)),
      ("kind", .string(frame.isSkippable ? "skippable" : "zstd")),
      ("offset", .integer(frame.offset)), ("byte_count", .integer(frame.byteCount)),
      ("confidence", .string(frame.confidence.rawValue)),
      ("content_byte_count", .integer(frame.contentByteCount)),
    ]
    switch frame.kind {
    case .zstd(let header, let blocks, let checksum):
      members += [
        ("declared_byte_count", .integer(header.contentByteCount)),
        ("window_byte_count", .integer(header.windowByteCount)),
        ("dictionary_id", .integer(header.dictionaryID.map(UInt64.init))),
        ("block_count", .integer(blocks.total)),
        ("checksum", checksum.map { .string(eightDigits($0)) } ?? .null),
      ]
    case .skippable(let magicNumber, _):
      members.append(("magic", .string(eightDigits(magicNumber))))
    }
    switch frame.relation {
    case .separate: break
    case .nested(let offset): members.append(("nested_in", .integer(offset)))
    case .overlapping(let offset): members.append(("overlaps", .integer(offset)))
    }
    if let purpose = frame.purpose { members.append(("purpose", .string(purpose.rawValue))) }
    if let damage = frame.damage {
      members.append(
        (frame.confidence == .damaged ? "damage" : "not_decoded", .string("\(damage)")))
    }
    if let file { members.append(("extracted", .text(file))) }
    output.append(JSON.object(members).line + [10])
  }

  /// Prints the last object.
  ///
  /// - Parameter start: Where the part begins that was read.
  func end(
    _ summary: CarvingSummary, from start: UInt64, _ outcome: Outcome, _ stats: ScanStatistics?
  ) {
    if isJSON {
      var members = FileReport.head(
        type: "end", name, byteCount: byteCount, from: start, outcome)
      members += summary.members
      if let stats { members.append(("stats", stats.json)) }
      output.append(JSON.object(members).line + [10])
    }
    flush()
  }
}
