import CLiteralScan

/// Finds the lines that hold any of a few strings.
///
/// Three bytes of each string, the rarest by ``ByteFrequency``, are looked for at many places at a time;
/// only where three neighbouring bytes fit one of the strings it is compared as a whole. With more strings
/// more places fit, until Hyperscan is faster.
@safe final class LiteralSetFinder: CandidateFinder, @unchecked Sendable {
  // SAFETY: nothing changes after `init`.
  /// A string, one of which is part of every match of a pattern.
  struct Needle {
    let id: Int
    let finder: LiteralFinder
    /// Where in the string the three bytes stand.
    fileprivate let place: Int

    /// - Returns: nil if the string is too short.
    init?(_ bytes: [UInt8], ignoresCase: Bool, id: Int) {
      guard bytes.count >= 3 else { return nil }
      self.id = id
      let finder = LiteralFinder(bytes, ignoresCase: ignoresCase)
      self.finder = finder
      func weight(_ place: Int) -> Int {
        finder.needle[place..<place + 3]
          .reduce(0) { $0 + ByteFrequency.weight($1, foldsCase: finder.foldsCase) }
      }
      self.place = (0...bytes.count - 3).min { weight($0) < weight($1) }!
    }
  }

  let ids: Set<Int>
  let name = "literal set scan"
  private let patternCount: Int
  private let buckets: [[Needle]]
  private let masks: UnsafeMutablePointer<literal_scan_masks>

  /// Up to so many strings it is faster than Hyperscan.
  static var needleLimit: Int { 16 }

  /// Whether this processor can run it.
  static var isAvailable: Bool { literal_scan_is_available() != 0 }

  /// - Parameters:
  ///   - needles: At least one, at most ``needleLimit``.
  ///   - patternCount: Number of all patterns; every id is below it.
  init(_ needles: [Needle], patternCount: Int) {
    self.patternCount = patternCount
    ids = Set(needles.map(\.id))
    var buckets = [[Needle]](repeating: [], count: 8)
    var tables = [[UInt8]](repeating: [UInt8](repeating: 0, count: 16), count: 6)
    for (index, needle) in needles.enumerated() {
      buckets[index % 8].append(needle)
      for offset in 0..<3 {
        let byte = needle.finder.needle[needle.place + offset]
        let cases = needle.finder.foldsCase && isLetter(byte) ? [byte, byte ^ 0x20] : [byte]
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
          let stop = start + needle.finder.needle.count
          guard start >= 0, stop <= byteCount, unsafe needle.finder.isNeedle(base + start) else {
            continue
          }
          if !list.note(needle.id, stop) { return false }
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
