import Arguments
import ScanEngine
import ScanStates
import ZstdFrames

/// Decodes every frame and says which are bad.
final class FrameVerification: FramesMode {
  private let command: FramesCommand
  private let settings: DecodingSettings
  private let output = OutputBuffer()

  init(_ command: FramesCommand, _ settings: DecodingSettings) {
    (self.command, self.settings) = (command, settings)
  }

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    let isJSON = input.ways.json
    let name = SafeText.printable(input.name, onTerminal: StandardOutput.isTerminal)
    if !isJSON, input.fileCount > 1 {
      output.append((input.isFirst ? [] : [10]) + name + [10])
    }
    let start = ContinuousClock.now
    let verifier = FrameVerifier(settings, jobs: input.ways.jobCount)
    let found = try input.verify(source, verifier) { [self] finding in
      if case .frame = finding { return }
      print(finding, isJSON: isJSON, input.name)
      output.flush()
    }
    guard let found else { return .error }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    input.publisher.end(
      ScanState.Ending(found.outcome, hasAnswers: found.outcome == .complete))
    if isJSON {
      output.append(JSON.object(totals(found, source, input.name, seconds: seconds)).line + [10])
    } else if found.outcome == .complete {
      output.append(text: verdict(found) + "\n")
    }
    output.flush()
    if let failure = output.failure { throw failure }
    guard found.outcome == .complete else { return input.end(unanswered: found.outcome) }
    return found.exitStatus
  }

  // MARK: For people

  private func print(_ finding: Verification.Finding, isJSON: Bool, _ name: [UInt8]) {
    guard !isJSON else {
      output.append(JSON.object(members(finding, name)).line + [10])
      return
    }
    switch finding {
    case .frame: break
    case .good(let good):
      let last = good.frames.upperBound - 1
      let frames =
        good.frames.count == 1 ? "frame \(last)" : "frames \(good.frames.lowerBound)-\(last)"
      let content =
        good.contentOffset.map { "\($0)-\($0 + good.contentByteCount)" }
        ?? "\(good.contentByteCount) bytes, offset unknown"
      output.append(
        text:
          "good  \(frames)  compressed \(good.range.lowerBound)-\(good.range.upperBound)  content \(content)\n"
      )
    case .damage(let damage):
      let word = damage.isUnverified ? "????" : "BAD "
      let sound = damage.soundContentByteCount
      output.append(
        text:
          "\(word)  frame \(damage.index)  compressed \(damage.range.lowerBound)-\(damage.range.upperBound)  "
          + "\(damage.reason)" + (sound > 0 ? "; \(sound) bytes came out before" : "") + "\n")
    case .disagreement(let index, let offset, let reason):
      output.append(text: "BAD   frame \(index)  compressed \(offset)-  \(reason)\n")
    }
  }

  private func verdict(_ found: Verification) -> String {
    var words = counted(found.zstdFrameCount, "frame", "frames")
    if found.skippableFrameCount > 0 { words += ", \(found.skippableFrameCount) skippable" }
    words +=
      " good: \(ByteSize(found.goodByteCount).forPeople) of \(ByteSize(found.byteCount).forPeople)"
    words += ", \(ByteSize(found.contentByteCount).forPeople) of content"
    if found.damageCount > 0 { words += "; \(found.damageCount) BAD" }
    if found.unverifiedCount > 0 { words += "; \(found.unverifiedCount) not verified" }
    if found.disagreementCount > 0 {
      words += "; " + counted(found.disagreementCount, "disagreement", "disagreements")
    }
    if found.uncheckedFrameCount > 0 {
      words += "; \(found.uncheckedFrameCount) without a checksum"
    }
    if found.seekTableCount > 0 { words += "; the seek table agrees" }
    if found.frameCount + found.damageCount + found.unverifiedCount == 0 { words = "no frame" }
    return words
  }

  // MARK: For scripts

  private func head(_ type: String, _ name: [UInt8]) -> [(String, JSON)] {
    [("schema", .string("mmscan/1")), ("type", .string(type)), ("path", .text(name))]
  }

  private func members(
    _ finding: Verification.Finding, _ name: [UInt8]
  ) -> [(String, JSON)] {
    switch finding {
    case .frame: return []
    case .good(let good):
      return head("good", name) + [
        ("index", .integer(good.frames.lowerBound)),
        ("frame_count", .integer(UInt64(good.frames.count))),
        ("offset", .integer(good.range.lowerBound)),
        ("byte_count", .integer(UInt64(good.range.count))),
        ("content_offset", .integer(good.contentOffset)),
        ("content_byte_count", .integer(good.contentByteCount)),
      ]
    case .damage(let damage):
      return damage.members(path: name)
    case .disagreement(let index, let offset, let reason):
      return head("disagreement", name) + [
        ("index", .integer(index)),
        ("offset", .integer(offset)), ("detail", .string(reason)),
      ]
    }
  }

  private func totals(
    _ found: Verification, _ source: Source, _ name: [UInt8], seconds: Double
  ) -> [(String, JSON)] {
    FileReport.head(
      type: "end", name, byteCount: found.byteCount(of: source), from: source.start, found.outcome)
      + [
        ("sound", .bool(found.isSound)),
        ("frame_count", .integer(found.zstdFrameCount)),
        ("skippable_count", .integer(found.skippableFrameCount)),
        ("unchecked_count", .integer(found.uncheckedFrameCount)),
        ("bad_count", .integer(found.damageCount)),
        ("unverified_count", .integer(found.unverifiedCount)),
        ("disagreement_count", .integer(found.disagreementCount)),
        ("good_byte_count", .integer(found.goodByteCount)),
        ("content_byte_count", .integer(found.contentByteCount)),
        ("seek_table_count", .integer(found.seekTableCount)),
        ("seconds", .decimal(seconds)),
      ]
  }
}

extension Verification.Damage {
  /// How it stands in JSON.
  func members(path: [UInt8]) -> [(String, JSON)] {
    [
      ("schema", .string("mmscan/1")),
      ("type", .string(isUnverified ? "unverified" : "bad")), ("path", .text(path)),
      ("index", .integer(index)), ("offset", .integer(range.lowerBound)),
      ("byte_count", .integer(UInt64(range.count))), ("detail", .string(reason)),
      ("sound_content_byte_count", .integer(soundContentByteCount)),
    ]
  }
}

extension Verification {
  /// The size of the input, also if not all of it was read.
  func byteCount(of source: Source) -> UInt64 {
    outcome == .complete ? byteCount : source.byteCount ?? byteCount
  }

  /// What the command ends with if all was read.
  var exitStatus: ExitStatus {
    if unverifiedCount > 0 { return .error }
    return isSound ? .fine : .negative
  }
}
