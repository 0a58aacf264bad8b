import ZstdFrames

/// The naive twin of ``FrameWalk``: it has the whole file, and pulls what it wants.
func referenceWalk(_ file: [UInt8]) -> FrameList {
  var list = FrameList()
  var reader = Reader(file: file)
  var content: UInt64? = 0
  while reader.position < file.count {
    let start = reader.position
    do throws(NoFrame) {
      let kind = try reader.frame()
      var frame = Frame(
        index: UInt64(list.frames.count), offset: UInt64(start),
        byteCount: UInt64(reader.position - start), kind: kind)
      if frame.isSkippable { frame.purpose = purpose(of: Array(file[start..<reader.position])) }
      list.frames.append(frame)
      guard case .zstd(let header, _, let checksum) = kind else { continue }
      list.lastZstdFrame = frame
      list.largestWindowByteCount = max(list.largestWindowByteCount ?? 0, header.windowByteCount)
      list.checksummedFrameCount += checksum == nil ? 0 : 1
      if let declared = header.contentByteCount, let sum = content, declared <= .max - sum {
        content = sum + declared
      } else {
        content = nil
      }
    } catch {
      list.trailing = Trailing(offset: UInt64(start), reason: error.reason)
      break
    }
  }
  list.contentByteCount = content
  list.zstdFrameCount = UInt64(list.frames.filter { !$0.isSkippable }.count)
  list.skippableFrameCount = UInt64(list.frames.filter(\.isSkippable).count)
  list.byteCount = list.frames.reduce(0) { $0 + $1.byteCount }
  return list
}

/// What a skippable frame is for, by its bytes.
private func purpose(of frame: [UInt8]) -> Frame.Purpose? {
  func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
    Array(bytes).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
  let content = frame.dropFirst(8)
  if frame[0] == 0x50, content.count == 4 { return .frameSize(byteCount: number(content)) }
  guard frame[0] == 0x5E, content.count >= 9, content.suffix(4) == [0xB1, 0xEA, 0x92, 0x8F] else {
    return nil
  }
  let descriptor = content.suffix(5).first!
  let frameCount = number(content.suffix(9).prefix(4))
  let entryByteCount = descriptor & 0x80 == 0 ? 8 : 12
  guard descriptor & 0x7C == 0, Int(frameCount) * entryByteCount + 9 == content.count else {
    return nil
  }
  return .seekTable(frameCount: frameCount)
}

private struct NoFrame: Error {
  let reason: Trailing.Reason
}

private struct Reader {
  let file: [UInt8]
  var position = 0

  mutating func take(_ count: Int, _ part: Trailing.Part) throws(NoFrame) -> [UInt8] {
    let there = min(count, file.count - position)
    guard there == count else {
      throw NoFrame(reason: .truncated(part, missingByteCount: UInt64(count - there)))
    }
    position += count
    return Array(file[position - count..<position])
  }

  func number(_ bytes: [UInt8]) -> UInt64 { bytes.reversed().reduce(0) { $0 * 256 + UInt64($1) } }

  mutating func frame() throws(NoFrame) -> Frame.Kind {
    let first = Array(file[position...].prefix(4))
    let mightBeZstd = zstdMagic.starts(with: first)
    let mightBeSkippable = (0..<16).contains {
      littleEndian(0x184D_2A50 + $0, byteCount: 4).starts(with: first)
    }
    guard mightBeZstd || mightBeSkippable else {
      switch first {
      case [0xFD, 0x2F, 0xB5, 0x1E]: throw NoFrame(reason: .legacyFormat(minorVersion: 1))
      case [0x22, 0xB5, 0x2F, 0xFD]: throw NoFrame(reason: .legacyFormat(minorVersion: 2))
      case [0x23, 0xB5, 0x2F, 0xFD]: throw NoFrame(reason: .legacyFormat(minorVersion: 3))
      case [0x24, 0xB5, 0x2F, 0xFD]: throw NoFrame(reason: .legacyFormat(minorVersion: 4))
      case [0x25, 0xB5, 0x2F, 0xFD]: throw NoFrame(reason: .legacyFormat(minorVersion: 5))
      case [0x26, 0xB5, 0x2F, 0xFD]: throw NoFrame(reason: .legacyFormat(minorVersion: 6))
      case [0x27, 0xB5, 0x2F, 0xFD]: throw NoFrame(reason: .legacyFormat(minorVersion: 7))
      default: throw NoFrame(reason: .notZstd(firstBytes: first))
      }
    }
    let magic = number(try take(4, .magicNumber))
    if mightBeSkippable {
      let size = number(try take(4, .skippableSize))
      _ = try take(Int(size), .skippableContent)
      return .skippable(magicNumber: UInt32(magic), contentByteCount: UInt32(size))
    }
    return try zstdFrame()
  }

  mutating func zstdFrame() throws(NoFrame) -> Frame.Kind {
    guard position < file.count else {
      throw NoFrame(reason: .truncated(.frameHeader, missingByteCount: nil))
    }
    let descriptor = file[position]
    if descriptor & 8 != 0 {
      throw NoFrame(reason: .corrupt(.reservedBit(offset: UInt64(position))))
    }
    let single = descriptor & 32 != 0
    let dictionarySize = [0, 1, 2, 4][Int(descriptor & 3)]
    let contentSize = [single ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    let windowSize = single ? 0 : 1
    var fields = try take(1 + windowSize + dictionarySize + contentSize, .frameHeader).dropFirst()
    let byteCount = 4 + 1 + fields.count

    let window = fields.prefix(windowSize).first
    fields.removeFirst(windowSize)
    let dictionary = number(Array(fields.prefix(dictionarySize)))
    fields.removeFirst(dictionarySize)
    var content = contentSize == 0 ? nil : number(Array(fields))
    if contentSize == 2 { content! += 256 }

    let header = FrameHeader(
      byteCount: byteCount, contentByteCount: content,
      windowByteCount: window.map { UInt64(8 + $0 % 8) << (7 + UInt64($0 / 8)) } ?? content!,
      isSingleSegment: single, dictionaryID: dictionary == 0 ? nil : UInt32(dictionary),
      hasChecksum: descriptor & 4 != 0)
    let limit = header.windowByteCount > 131072 ? 131072 : header.windowByteCount

    var blocks = BlockCounts()
    while true {
      let offset = UInt64(position)
      let bits = number(try take(3, .blockHeader))
      let size = bits / 8
      if bits / 2 % 4 == 3 { throw NoFrame(reason: .corrupt(.reservedBlockType(offset: offset))) }
      if size > limit {
        throw NoFrame(
          reason: .corrupt(.blockTooLarge(byteCount: UInt32(size), limit: limit, offset: offset)))
      }
      switch bits / 2 % 4 {
      case 0: blocks.raw += 1
      case 1: blocks.runLength += 1
      default: blocks.compressed += 1
      }
      _ = try take(bits / 2 % 4 == 1 ? 1 : Int(size), .blockContent)
      if bits % 2 == 1 { break }
    }
    let checksum: UInt32? = header.hasChecksum ? UInt32(number(try take(4, .checksum))) : nil
    return .zstd(header, blocks: blocks, checksum: checksum)
  }
}
