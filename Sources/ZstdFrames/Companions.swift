/// Checks what stands beside frames against them: seek tables, and the headers that pzstd writes.
struct Companions {
  /// All frames so far, and those of them that are not skippable; nil if some are lost.
  private var all: SeekTableDigest? = SeekTableDigest()
  private var zstd: SeekTableDigest? = SeekTableDigest()
  /// What a header of pzstd says of the frame behind it, and the header's index.
  private var announced: (byteCount: UInt32, index: UInt64)?
  private var index: UInt64 = 0
  private(set) var seekTableCount: UInt64 = 0
  private(set) var sizeHeaderCount: UInt64 = 0
  /// Whether there may be frames before the first one, which a table lists, too.
  private let beginsLater: Bool

  init(beginsLater: Bool) { self.beginsLater = beginsLater }

  /// Takes the next frame.
  ///
  /// - Returns: What does not agree, and which frame is to blame; nil for this one.
  mutating func check(_ frame: SoundFrame) -> (index: UInt64?, text: String)? {
    defer { index += 1 }
    var disagreement: (UInt64?, String)?
    if let (byteCount, header) = announced, !frame.isSkippable {
      if UInt64(byteCount) == frame.byteCount {
        sizeHeaderCount += 1
      } else if sizeHeaderCount > 0 {
        // Whoever wrote the first one may have meant something else by it.
        disagreement = (
          header,
          "it announces a frame of \(byteCount) bytes, but the next one has \(frame.byteCount)"
        )
      }
    }
    announced = nil
    if case .frameSize(let byteCount)? = frame.purpose { announced = (byteCount, index) }
    if let table = frame.tableDigest {
      if let all, let zstd {
        if table == all || table == zstd {
          seekTableCount += 1
        } else if !beginsLater {
          disagreement = (
            nil,
            "its seek table lists \(table.count) frames of \(table.compressedByteCount) bytes in all, "
              + "which are not the frames before it"
          )
        }
      }
    }
    all?.append(byteCount: frame.byteCount, contentByteCount: frame.contentByteCount)
    if !frame.isSkippable {
      zstd?.append(byteCount: frame.byteCount, contentByteCount: frame.contentByteCount)
    }
    return disagreement
  }

  /// Notes that a frame is not sound: nothing can be compared with it.
  mutating func lose() {
    (all, zstd, announced) = (nil, nil, nil)
    index += 1
  }
}
