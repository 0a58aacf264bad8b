import ZstdFrames

/// How many frames were carved from a file.
struct CarvedFrameCounts {
  private var byConfidence: [CarvedFrame.Confidence: UInt64] = [:]
  private(set) var frames: UInt64 = 0
  private(set) var skippable: UInt64 = 0
  private(set) var nested: UInt64 = 0

  mutating func add(_ frame: CarvedFrame) {
    if frame.confidence != .damaged {
      if frame.isSkippable { skippable += 1 } else { frames += 1 }
    }
    if frame.relation != .separate { nested += 1 }
    byConfidence[frame.confidence, default: 0] += 1
  }

  /// How many there are of which it is so sure, skippable ones included.
  subscript(confidence: CarvedFrame.Confidence) -> UInt64 { byConfidence[confidence] ?? 0 }
}

/// What came of carving one file.
struct CarvingSummary {
  let counts: CarvedFrameCounts
  /// How many magic numbers there are; nil if not all of the file was seen.
  let magicNumbers: UInt64?
  /// How many of them were not looked at.
  let unexamined: UInt64

  init(_ counts: CarvedFrameCounts, magicNumbers: UInt64?, unexamined: UInt64) {
    (self.counts, self.magicNumbers, self.unexamined) = (counts, magicNumbers, unexamined)
  }

  /// Whether there are frames, all of them whole, and every place was looked at.
  var isGood: Bool {
    counts.frames + counts.skippable > 0 && counts[.damaged] == 0 && unexamined == 0
  }

  /// For people, without a full stop.
  var text: String {
    var parts: [String] = []
    if counts.frames > 0 { parts.append(counted(counts.frames, "frame", "frames")) }
    if counts.skippable > 0 { parts.append("\(counts.skippable) skippable") }
    if parts.isEmpty { parts.append("no frames") }
    if counts[.damaged] > 0 { parts.append("\(counts[.damaged]) damaged") }
    var text = parts.joined(separator: ", ")
    let confidences = [CarvedFrame.Confidence.certain, .high, .low].filter { counts[$0] > 0 }
    if !confidences.isEmpty {
      text += "; confidence: "
      text += confidences.map { "\(counts[$0]) \($0)" }.joined(separator: ", ")
    }
    if unexamined > 0 {
      text +=
        "; \(counted(unexamined, "magic number was", "magic numbers were")) not looked at, "
        + "since too many before led nowhere, or they lie in too many others"
    }
    return text
  }

  var members: [(String, JSON)] {
    (magicNumbers.map { [("magic_number_count", .integer($0))] } ?? []) + [
      ("frame_count", .integer(counts.frames)), ("skippable_count", .integer(counts.skippable)),
      ("damaged_count", .integer(counts[.damaged])),
      (
        "confidence",
        .object([
          ("certain", .integer(counts[.certain])), ("high", .integer(counts[.high])),
          ("low", .integer(counts[.low])),
        ])
      ),
      ("unexamined_count", .integer(unexamined)),
    ]
  }
}
