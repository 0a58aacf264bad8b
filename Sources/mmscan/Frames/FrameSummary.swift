import FileMapping
import ScanEngine
import ScanStates
import ZstdFrames

/// Prints what `zstd -l` and `zstd -lv` print.
final class FrameSummary: FramesMode {
  private let command: FramesCommand
  private let settings: DecodingSettings
  private var total = Total()
  /// How many files were named.
  private var fileCount = 0
  /// Where the input begins that is summed up.
  private var inputStart: UInt64 = 0

  /// All files together.
  private struct Total {
    var fileCount = 0
    var frameCount: UInt64 = 0
    var skippableCount: UInt64 = 0
    var byteCount: UInt64 = 0
    var contentByteCount: UInt64 = 0
    var isContentUnknown = false
    var hasChecksum = true
  }

  init(_ command: FramesCommand, _ settings: DecodingSettings) {
    (self.command, self.settings) = (command, settings)
  }

  func begin(fileCount: Int) throws(CommandError) {
    self.fileCount = fileCount
    guard !command.verbose, !command.ways.json else { return }
    try StandardOutput.write(
      "Frames  Skips  Compressed  Uncompressed  Ratio  Check  Filename\n")
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    inputStart = source.start
    begin(ArchiveSummary(), source, input)
    let control = input.interruption.control
    let summary: ArchiveSummary
    var failure: (offset: UInt64, error: MappingError?)?
    var found = ArchiveSummary()
    var isStopped = false
    do throws(MappingError) {
      let bytes = try CarvingInput(source, maps: false, control)
      do throws(CarvingStop) {
        try found.read(bytes, decoding: command.decode ? settings : nil)
      } catch {
        switch error {
        case .stopped: isStopped = true
        case .unreadable(let offset, let error): failure = (offset, error)
        }
      }
    } catch {
      input.publisher.end(.error)
      try input.report.print(failure: error.sentence, offset: nil)
      return .error
    }
    summary = found
    var outcome = source.outcome(
      end: source.start + summary.byteCount, isRead: failure == nil && !isStopped, failure: failure)
    if isStopped {
      if outcome == .complete { outcome = .interrupted(at: source.start + summary.byteCount) }
      begin(summary, source, input)
    }
    input.publisher.end(ScanState.Ending(outcome, hasAnswers: outcome == .complete))
    if outcome == .complete { input.bar?.end(byteCount: summary.byteCount) }
    guard outcome == .complete else {
      try input.report.print(
        unanswered: outcome, byteCount: source.byteCount, from: source.start,
        partial: input.interruption.partial)
      input.interruption.endIfReceived(after: outcome)
      return .changed
    }
    if let offset = summary.disagreement {
      input.report.warn(
        "its seek table does not agree with the frame at offset \(offset), so all of them were walked"
      )
    }
    if command.ways.json {
      try StandardOutput.write(JSON.object(members(summary, input.name)).line + [10])
    } else {
      try print(summary, input.name)
    }
    return summary.ending == .complete ? .fine : .negative
  }

  /// Says what is known of the file so far.
  private func begin(_ summary: ArchiveSummary, _ source: Source, _ input: FramesInput) {
    let finding = Finding(
      "summary", words: counted(summary.zstdFrameCount, "frame", "frames"),
      counts: [
        .init("frame_count", summary.zstdFrameCount),
        .init("skippable_count", summary.skippableFrameCount),
      ])
    input.publisher.begin(input.name, byteCount: source.byteCount, analyzers: ["summary"]) { _ in
      [finding]
    }
    input.publisher.update(
      ScanProgress(bytesDone: summary.byteCount, byteCount: source.byteCount))
  }

  func end() throws(CommandError) -> ExitStatus {
    guard !command.verbose, !command.ways.json, fileCount > 1 else { return .fine }
    var text = String(repeating: "-", count: 65) + " \n"
    text += row(
      frameCount: total.frameCount, skippableCount: total.skippableCount,
      byteCount: total.byteCount,
      contentByteCount: total.isContentUnknown ? nil : total.contentByteCount,
      check: total.hasChecksum ? "XXH64" : "")
    try StandardOutput.write(text + "\(total.fileCount) files\n")
    return .fine
  }

  // MARK: For people

  private func print(_ summary: ArchiveSummary, _ name: [UInt8]) throws(CommandError) {
    let shown = SafeText.printable(name, onTerminal: StandardOutput.isTerminal)
    let file = Array("File \"".utf8) + shown
    let end: [UInt8] = command.verbose ? [10, 10] : [10]
    switch summary.ending {
    case .noZstd(let reason):
      if let reason { StandardError.print("Error: \(reason) ") }
      return try StandardOutput.write(file + Array("\" not compressed by zstd ".utf8) + end)
    case .truncated(let position):
      StandardError.print(
        "Error: seeked to position \(position), which is beyond file size of \(inputStart + summary.byteCount)\n "
      )
      return try StandardOutput.write(file + Array("\" is truncated ".utf8) + end)
    case .damaged(let reason):
      let isSentence = reason.hasPrefix("Error")
      StandardError.print((isSentence ? "" : "Error: ") + "\(reason) ")
      StandardError.print("Error while parsing \"\(SafeText.escaped(name))\" ")
    case .complete: break
    }
    total.fileCount += 1
    total.frameCount += summary.zstdFrameCount + summary.skippableFrameCount
    total.skippableCount += summary.skippableFrameCount
    total.byteCount += summary.byteCount
    total.contentByteCount &+= summary.contentByteCount
    total.isContentUnknown = total.isContentUnknown || summary.isContentUnknown
    total.hasChecksum = total.hasChecksum && summary.hasChecksum
    if command.verbose { return try printBlock(summary, shown) }
    let text = row(
      frameCount: summary.zstdFrameCount + summary.skippableFrameCount,
      skippableCount: summary.skippableFrameCount, byteCount: summary.byteCount,
      contentByteCount: summary.isContentUnknown ? nil : summary.contentByteCount,
      check: summary.hasChecksum ? "XXH64" : "None")
    try StandardOutput.write(Array(text.utf8) + shown + [10])
  }

  private func row(
    frameCount: UInt64, skippableCount: UInt64, byteCount: UInt64, contentByteCount: UInt64?,
    check: String
  ) -> String {
    let size = ScaledSize(byteCount)
    var text = "\(right("\(frameCount)", 6))  \(right("\(skippableCount)", 5))  "
    text += "\(right(size.number, 6))\(right(size.unit, 4))  "
    if let contentByteCount {
      let content = ScaledSize(contentByteCount)
      text += "\(right(content.number, 8))\(right(content.unit, 4))  "
      text += right(decimals(ratio(contentByteCount, byteCount), 3), 5) + "  "
    } else {
      text += String(repeating: " ", count: 21)
    }
    return text + right(check, 5) + "  "
  }

  private func printBlock(_ summary: ArchiveSummary, _ name: [UInt8]) throws(CommandError) {
    func size(_ byteCount: UInt64) -> String {
      let scaled = ScaledSize(byteCount)
      return "\(scaled.number)\(scaled.unit) (\(byteCount) B)"
    }
    var lines = ["# Zstandard Frames: \(summary.zstdFrameCount)"]
    if summary.skippableFrameCount > 0 {
      lines.append("# Skippable Frames: \(summary.skippableFrameCount)")
    }
    lines.append("DictID: \(summary.dictionaryID)")
    lines.append("Window Size: \(size(summary.windowByteCount))")
    lines.append("Compressed Size: \(size(summary.byteCount))")
    if !summary.isContentUnknown {
      lines.append("Decompressed Size: \(size(summary.contentByteCount))")
      lines.append("Ratio: " + decimals(ratio(summary.contentByteCount, summary.byteCount), 4))
    }
    if summary.hasChecksum, summary.zstdFrameCount == 1, let checksum = summary.checksum {
      lines.append("Check: XXH64 \(eightDigits(checksum))")
    } else {
      lines.append("Check: \(summary.hasChecksum ? "XXH64" : "None")")
    }
    try StandardOutput.write(name + Array((" \n" + lines.joined(separator: "\n") + "\n\n").utf8))
  }

  private func ratio(_ content: UInt64, _ compressed: UInt64) -> Double {
    compressed == 0 ? 0 : Double(content) / Double(compressed)
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  // MARK: For scripts

  private func members(_ summary: ArchiveSummary, _ name: [UInt8]) -> [(String, JSON)] {
    var members = FileReport.head(
      name, byteCount: summary.byteCount, from: inputStart, .complete)
    members += [
      ("frame_count", .integer(summary.zstdFrameCount)),
      ("skippable_count", .integer(summary.skippableFrameCount)),
      (
        "content_byte_count",
        summary.isContentUnknown ? .null : .integer(summary.contentByteCount)
      ),
      ("window_byte_count", .integer(summary.windowByteCount)),
      ("dictionary_id", summary.dictionaryID == 0 ? .null : .integer(UInt64(summary.dictionaryID))),
      ("checked", .bool(summary.hasChecksum)),
    ]
    switch summary.ending {
    case .complete: break
    case .noZstd(let reason):
      members.append(("detail", .string(reason ?? "not compressed by zstd")))
    case .truncated(let position):
      members.append(("detail", .string("truncated: a frame ends at offset \(position)")))
    case .damaged(let reason): members.append(("detail", .string(reason)))
    }
    return members
  }
}

/// A number of bytes in three digits or so, as zstd writes it.
private struct ScaledSize {
  let number: String
  let unit: String

  init(_ byteCount: UInt64) {
    let units = [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"]
    var index = 0
    while index < units.count - 1, byteCount >= 1 << UInt64(10 * (index + 1)) { index += 1 }
    unit = units[index]
    let value = Double(byteCount) / Double(UInt64(1) << UInt64(10 * index))
    number = decimals(value, index == 0 || value >= 100 ? 0 : value >= 10 ? 1 : value > 1 ? 2 : 3)
  }
}
