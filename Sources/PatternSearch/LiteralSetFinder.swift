import CLiteralScan

/// Finds the lines that hold any of a few strings.
///
/// Three bytes of each string, the rarest by ``ByteFrequency``, are looked for at many places at a time;
/// only where three neighbouring bytes fit one of the strings it is compared as a whole. With more strings
/// more places fit, until Hyperscan is faster.
@safe final class LiteralSetFinder: CandidateFinder, @unchecked Sendable {
  // SAFETY: nothing changes after `init`.
  private struct Needle {
    let string: RequiredString
    /// Where in the string the three bytes stand.
    let place: Int

    init(_ string: RequiredString) {
      self.string = string
      let (bytes, folds) = (string.finder.needle, string.finder.foldsCase)
      func weight(_ place: Int) -> Int {
        bytes[place..<place + 3].reduce(0) { $0 + ByteFrequency.weight($1, foldsCase: folds) }
      }
      place = (0...bytes.count - 3).min { weight($0) < weight($1) }!
    }
  }

  let ids: Set<Int>
  let name = "literal set scan"
  private let patternCount: Int
  private let buckets: [[Needle]]
  private let masks: UnsafeMutablePointer<literal_scan_masks>

  /// Up to so many strings it is faster than Hyperscan.
  static var stringLimit: Int { 16 }

  /// - Parameters:
  ///   - strings: All that are looked for.
  ///   - patternCount: Number of all patterns; every id is below it.
  /// - Returns: nil if there are too many or too few strings, one is too short, or this processor cannot run
  ///   the scan.
  init?(_ strings: [RequiredString], patternCount: Int) {
    guard (2...LiteralSetFinder.stringLimit).contains(strings.count),
      literal_scan_is_available() != 0, strings.allSatisfy({ $0.finder.needle.count >= 3 })
    else { return nil }
    self.patternCount = patternCount
    ids = Set(strings.map(\.id))
    var buckets = [[Needle]](repeating: [], count: 8)
    var tables = [[UInt8]](repeating: [UInt8](repeating: 0, count: 16), count: 6)
    for (index, string) in strings.enumerated() {
      let needle = Needle(string)
      buckets[index % 8].append(needle)
      for offset in 0..<3 {
        let byte = string.finder.needle[needle.place + offset]
        let cases = string.finder.foldsCase && isLetter(byte) ? [byte, byte ^ 0x20] : [byte]
        for byte in cases {
          tables[offset][Int(byte & 15)] |= 1 << UInt8(index % 8)
          tables[3 + offset][Int(byte >> 4)] |= 1 << UInt8(index % 8)
        }
      }
    }
    self.buckets = buckets
    unsafe masks = .allocate(capacity: 1)
    // SAFETY: the structure is 96 bytes, six tables of 16 one after the other.
    unsafe UnsafeMutableRawPointer(masks).copyMemory(from: tables.flatMap { $0 }, byteCount: 96)
  }

  deinit { unsafe masks.deallocate() }

  func find(in base: UnsafeRawPointer, _ byteCount: Int, into list: CandidateList) -> Bool {
    unsafe list.begin(
      base, byteCount, patternCount: patternCount, budget: 1024 + byteCount / 32)
    defer { list.end() }
    let bytes = unsafe base.assumingMemoryBound(to: UInt8.self)
    let end = max(0, byteCount - 2)
    var place = 0
    var fitting: UInt8 = 0
    while true {
      // SAFETY: the two bytes behind `end` lie in the region.
      place = unsafe literal_scan_find(masks, bytes, place, end, &fitting)
      if place >= end { break }
      while fitting != 0 {
        for needle in buckets[fitting.trailingZeroBitCount] {
          let start = place - needle.place
          let stop = start + needle.string.finder.needle.count
          guard start >= 0, stop <= byteCount, unsafe needle.string.finder.isNeedle(base + start)
          else {
            continue
          }
          if !list.note(needle.string.id, stop) { return false }
        }
        fitting &= fitting - 1
      }
      place += 1
    }
    guard list.isWorthwhile else { return false }
    list.putInOrder()
    return true
  }
}
