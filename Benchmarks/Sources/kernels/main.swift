// Measures the kernels of mmscan in memory, in gigabytes a second, beside their plain twins. A kernel that is not as
// many times as fast as it should be has lost its vectors, and the exit status is 1.
import ByteProfile
import Checksums
import PatternSearch
import ScanEngine
import TextStatistics
import ZstdFrames

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A kernel and its twin.
struct Kernel {
  let name: String
  /// How many times as fast as the twin it is at the least.
  let wanted: Double
  let run: ([UInt8]) throws -> UInt64
  let twin: ([UInt8]) -> UInt64
  /// Whether the twin gives the same answer, and not only takes the time.
  var isComparable = true
}

/// What an analyzer makes of bytes in tiles as the engine cuts them.
func answer<A: Analyzer>(_ analyzer: A, _ bytes: [UInt8]) throws(AnalysisError) -> A.Output {
  var analyzer = analyzer
  for start in stride(from: 0, to: bytes.count, by: 256 << 10) {
    // SAFETY: every byte of an array of UInt8 is initialised.
    try analyzer.update(
      unsafe Tile(
        surroundings: bytes.span.bytes, start: start, end: min(bytes.count, start + 256 << 10),
        offset: UInt64(start)))
  }
  return try analyzer.finalize()
}

func number(_ digest: Digest) -> UInt64 {
  digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
}

let needle = try PatternSet([Pattern(Array("NEEDLE".utf8), kind: .literal)])
let unicode = try CharacterRules(ofLocale: "C.UTF-8")
let kernels = [
  Kernel(
    name: "newlines", wanted: 10, run: { try answer(LineCount(), $0).newlines }, twin: Twin.newlines
  ),
  // Tables leave nothing for vectors to do; eight of them keep equal neighbours from waiting for each other.
  Kernel(
    name: "byte counts", wanted: 1.35,
    run: { try answer(Profile(BucketScale(limit: 8)), $0).total.printable }, twin: Twin.printable),
  Kernel(
    name: "words", wanted: 10, run: { try answer(WordCount(), $0).words }, twin: Twin.words),
  Kernel(
    name: "words, UTF-8", wanted: 6, run: { try answer(WordCount(unicode), $0).words },
    twin: Twin.words),
  Kernel(
    name: "characters", wanted: 6, run: { try answer(CharacterCount(unicode), $0).characters },
    twin: Twin.characters),
  Kernel(
    name: "longest line", wanted: 6, run: { try answer(LongestLine(), $0) }, twin: Twin.longestLine),
  Kernel(name: "crc32", wanted: 30, run: { number(try answer(CRC32(), $0)) }, twin: Twin.crc32),
  Kernel(
    name: "blake3", wanted: 8, run: { number(try answer(BLAKE3(), $0)) }, twin: Twin.rounds,
    isComparable: false),
  Kernel(
    name: "literal", wanted: 12,
    run: { try answer(LineSearch(needle, options: LineSearch.Options()), $0)[0].lines },
    twin: { Twin.lines(with: Array("NEEDLE".utf8), in: $0) }),
  Kernel(
    name: "magic numbers", wanted: 5, run: { UInt64(try answer(MagicScan(), $0)) },
    twin: Twin.magicNumbers),
]

/// Lines of text with a rare word.
func text(_ byteCount: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  var state: UInt64 = 88_172_645_463_325_252
  while bytes.count < byteCount {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    let word =
      state % 40_000 == 0 ? "a NEEDLE is here" : "request \(state % 1_000_003) took its time"
    bytes += Array(word.utf8) + [state % 5 == 0 ? 32 : 10]
  }
  return Array(bytes.prefix(byteCount))
}

func best(_ bytes: [UInt8], _ body: ([UInt8]) throws -> UInt64) rethrows -> Double {
  let clock = ContinuousClock()
  var best = Duration.seconds(1000)
  for _ in 0..<7 { best = min(best, try clock.measure { _ = try body(bytes) }) }
  return Double(bytes.count) / 1e9 / (best / .seconds(1))
}

let bytes = text(8 << 20)
var isShort = false
print("kernel              GB/s     twin    ratio   wanted")
for kernel in kernels {
  if kernel.isComparable {
    let (found, expected) = (try kernel.run(bytes), kernel.twin(bytes))
    guard found == expected else {
      print("\(kernel.name): WRONG: \(found), not \(expected)")
      isShort = true
      continue
    }
  }
  let (fast, slow) = (try best(bytes, kernel.run), best(bytes, kernel.twin))
  func column(_ value: Double) -> String {
    let scaled = Int((value * 100).rounded())
    let text = "\(scaled / 100).\(scaled % 100 < 10 ? "0" : "")\(scaled % 100)"
    return String(repeating: " ", count: max(1, 9 - text.utf8.count)) + text
  }
  let padding = String(repeating: " ", count: 15 - kernel.name.utf8.count)
  let isFine = fast / slow >= kernel.wanted
  isShort = isShort || !isFine
  print(
    kernel.name + padding + column(fast) + column(slow) + column(fast / slow)
      + column(kernel.wanted) + (isFine ? "" : "  SHORT"))
}
// Leaving by an error would lose the rows of whoever reads them from a pipe.
if isShort {
  print("a kernel is wrong, or slower than it should be: see above")
  exit(1)
}
