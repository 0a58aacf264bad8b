import CZstd
import TestSupport

/// The real library: what it says of bytes, and files it makes.

struct LibzstdHeader: Equatable {
  var contentByteCount: UInt64
  var windowByteCount: UInt64
  var blockByteCountLimit: UInt64
  var byteCount: Int
  var dictionaryID: UInt32
  var hasChecksum: Bool

  /// What libzstd puts for a size that is not declared.
  static let unknownByteCount = UInt64.max

  /// Nil if libzstd refuses the header or wants more of it.
  init?(_ bytes: [UInt8]) {
    var header = ZSTD_frameHeader()
    let result = unsafe bytes.withUnsafeBytes {
      unsafe ZSTD_getFrameHeader(&header, $0.baseAddress, $0.count)
    }
    guard result == 0 else { return nil }
    contentByteCount = header.frameContentSize
    windowByteCount = header.windowSize
    blockByteCountLimit = UInt64(header.blockSizeMax)
    byteCount = Int(header.headerSize)
    dictionaryID = header.dictID
    hasChecksum = header.checksumFlag != 0
  }
}

/// The size of the frame that `file` holds at `offset`; nil if libzstd sees no whole frame there.
func libzstdFrameByteCount(_ file: [UInt8], at offset: Int) -> UInt64? {
  unsafe file.withUnsafeBytes { bytes in
    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
    let size = unsafe ZSTD_findFrameCompressedSize(rest.baseAddress, rest.count)
    return ZSTD_isError(size) == 0 ? UInt64(size) : nil
  }
}

/// How a frame is to be compressed.
struct Compression {
  var level: Int32 = 3
  var storesChecksum = false
  var declaresContent = true
  var windowLog: Int32 = 0
}

func compress(_ content: [UInt8], _ how: Compression = Compression()) -> [UInt8] {
  let context = unsafe ZSTD_createCCtx()!
  defer { _ = unsafe ZSTD_freeCCtx(context) }
  for (parameter, value) in [
    (ZSTD_c_compressionLevel, how.level), (ZSTD_c_windowLog, how.windowLog),
    (ZSTD_c_checksumFlag, how.storesChecksum ? 1 : 0),
    (ZSTD_c_contentSizeFlag, how.declaresContent ? 1 : 0),
  ] {
    let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
    precondition(ZSTD_isError(result) == 0)
  }
  return unsafe [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(content.count)) {
    buffer, count in
    count = unsafe content.withUnsafeBytes { content in
      unsafe ZSTD_compress2(
        context, buffer.baseAddress, buffer.count, content.baseAddress, content.count)
    }
    precondition(ZSTD_isError(count) == 0)
  }
}

/// A file of up to six frames of all sorts, and how much content they hold.
func randomFile(seed: UInt64, contentByteCounts: [Int]) -> (file: [UInt8], contentByteCount: Int) {
  var generator = SeededGenerator(seed: seed)
  var file: [UInt8] = []
  var total = 0
  for _ in 0..<Int.random(in: 0...6, using: &generator) {
    if Int.random(in: 0..<4, using: &generator) == 0 {
      let content = randomBytes(Int.random(in: 0...300, using: &generator), seed: generator.next())
      file += skippableFrame(content, variant: UInt32.random(in: 0...15, using: &generator))
      continue
    }
    let count = contentByteCounts.randomElement(using: &generator)!
    let content: [UInt8] =
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: [UInt8](repeating: 7, count: count)
      case 1: randomBytes(count, seed: generator.next())
      default: randomBytes(count, seed: generator.next(), alphabet: Array("ab c\n".utf8))
      }
    let how = Compression(
      level: [-5, 1, 3].randomElement(using: &generator)!,
      storesChecksum: Bool.random(using: &generator),
      declaresContent: Bool.random(using: &generator),
      windowLog: [0, 10, 12, 17, 20].randomElement(using: &generator)!)
    file += compress(content, how)
    total += count
  }
  return (file, total)
}
