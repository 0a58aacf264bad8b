/// Little pieces of frames, put together by hand, so that tests can make what no compressor would.

func littleEndian(_ value: UInt64, byteCount: Int) -> [UInt8] {
  (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}

let zstdMagic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

enum BlockType: UInt32 {
  case raw, runLength, compressed, reserved
}

/// A block header. `size` goes in as it is, whatever the type makes of it.
func blockHeader(_ type: BlockType, size: UInt32, isLast: Bool = false) -> [UInt8] {
  littleEndian(UInt64(size << 3 | type.rawValue << 1 | (isLast ? 1 : 0)), byteCount: 3)
}

func rawBlock(_ bytes: [UInt8], isLast: Bool = false) -> [UInt8] {
  blockHeader(.raw, size: UInt32(bytes.count), isLast: isLast) + bytes
}

func runLengthBlock(_ byte: UInt8, count: UInt32, isLast: Bool = false) -> [UInt8] {
  blockHeader(.runLength, size: count, isLast: isLast) + [byte]
}

/// A frame with a window of 128 KiB and nothing declared, that holds `blocks`.
func plainFrame(_ blocks: [UInt8]) -> [UInt8] { zstdMagic + [0x00, 7 << 3] + blocks }

/// A single segment frame that declares `contentByteCount` in eight bytes, and holds `blocks`.
func declaringFrame(_ contentByteCount: UInt64, _ blocks: [UInt8]) -> [UInt8] {
  zstdMagic + [0xE0] + littleEndian(contentByteCount, byteCount: 8) + blocks
}

func skippableFrame(_ content: [UInt8], variant: UInt32 = 0) -> [UInt8] {
  littleEndian(UInt64(0x184D_2A50 + variant), byteCount: 4)
    + littleEndian(UInt64(content.count), byteCount: 4) + content
}

let emptyLastBlock = blockHeader(.raw, size: 0, isLast: true)
