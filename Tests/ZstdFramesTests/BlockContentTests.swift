#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// The walk jumps over what blocks hold.
@Suite struct BlockContentTests {
  @Test func theListDoesNotDependOnTheBytesOfBlocks() throws {
    let content = randomBytes(300_000, seed: 1, alphabet: Array("abcd ".utf8))
    let how = Compression(storesChecksum: true)
    let file = skippableFrame([1, 2, 3]) + compress(content, how) + compress(content, how)
    let list = try whole(FrameWalk(), file)
    #expect(list.frames[1].blocks == BlockCounts(compressed: 3))

    for filling in [0x00, 0xFF, 0x28] as [UInt8] {
      var overwritten = file
      var contents = [8..<11]
      for frame in list.frames.dropFirst() {
        var position = Int(frame.offset) + frame.header!.byteCount
        for _ in 0..<3 {
          let size = (0..<3).reduce(0) { $0 | Int(file[position + $1]) << (8 * $1) } >> 3
          contents.append(position + 3..<position + 3 + size)
          position += 3 + size
        }
      }
      for range in contents {
        for index in range { overwritten[index] = filling }
      }
      #expect(overwritten != file)
      #expect(try whole(FrameWalk(), overwritten) == list)
    }
  }

  /// Blocks lie in memory that nobody may read, so a walk that touches them does not come back.
  @Test func theMemoryOfBlocksIsNotTouched() throws {
    let pageByteCount = sysconf(Int32(_SC_PAGESIZE))
    let blockCount = 8
    let blockByteCount = 64 << 10
    // The frame header ends with the first page but for three bytes; each block header likewise.
    let byteCount = pageByteCount + blockCount * (blockByteCount + pageByteCount) + pageByteCount
    let mapped = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let base = unsafe try #require(mapped == MAP_FAILED ? nil : mapped)
    defer { _ = unsafe munmap(base, byteCount) }
    // SAFETY: all the pieces lie within the mapping, as the layout above says.
    func write(_ bytes: [UInt8], at offset: Int) {
      unsafe (base + offset).copyMemory(from: bytes, byteCount: bytes.count)
    }

    // A skippable frame fills the first page up to the frame header.
    let header: [UInt8] = zstdMagic + [0x00, 7 << 3]
    let paddingByteCount = pageByteCount - 3 - header.count - 8
    write(skippableFrame([UInt8](repeating: 0, count: paddingByteCount)) + header, at: 0)
    var position = pageByteCount - 3
    for _ in 0..<blockCount {
      write(blockHeader(.raw, size: UInt32(blockByteCount)), at: position)
      position += 3 + blockByteCount
      // A raw block fills the page in which the next block header ends.
      write(blockHeader(.raw, size: UInt32(pageByteCount - 6)), at: position)
      position += pageByteCount - 3
    }
    write(emptyLastBlock, at: position)
    position += 3
    for block in 0..<blockCount {
      let start = pageByteCount + block * (blockByteCount + pageByteCount)
      #expect(unsafe mprotect(base + start, blockByteCount, PROT_NONE) == 0)
    }

    // Tiles of a page put some wholly inside a block; the whole as one tile holds all of it.
    for tileByteCount in [pageByteCount, 7 * pageByteCount, position] {
      var walk = FrameWalk()
      var start = 0
      while start < position {
        let end = min(position, start + tileByteCount)
        // SAFETY: the range is mapped until the test ends.
        let span = unsafe RawSpan(_unsafeStart: base, byteCount: position)
        walk.update(
          Tile(surroundings: span, start: start, end: end, offset: UInt64(start)))
        start = end
      }
      let list = walk.finalize()
      #expect(list.trailing == nil)
      #expect(list.frames.last?.blocks == BlockCounts(raw: UInt64(2 * blockCount + 1)))
      #expect(list.byteCount == UInt64(position))
    }
  }
}
