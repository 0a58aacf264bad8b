import CLiteralScan

/// Finds the lines that hold any of very many strings.
///
/// Four bytes of each string are hashed into a set of bits, and so are the four at every place of the input;
/// only where the bit is there the strings with these four bytes are compared. It is made in no time, where
/// Hyperscan takes seconds for 100,000 strings.
@safe final class LiteralHashFinder: CandidateFinder, @unchecked Sendable {
  // SAFETY: nothing changes after `init`.
  /// A string in a chain of those with the same key.
  private struct Link {
    let string: RequiredString
    /// Where in the string the four bytes stand.
    let place: Int
    /// The next string of the chain; -1 if there is none.
    let next: Int32
  }

  let ids: Set<Int>
  let name = "literal hash scan"
  private let patternCount: Int
  private let keys: literal_scan_keys
  private let links: [Link]
  /// The first links of chains, by hash, each place taken by the first free one from there on.
  private let heads: [(key: UInt32, link: Int32)]
  private let headShift: UInt32

  static var keyByteCount: Int { 4 }
  /// From so many strings on it is preferred to Hyperscan, which is faster once it is made.
  static var leastStrings: Int { 30_000 }
  /// How many strings may have the same key: each is compared wherever that occurs.
  private static var chainLimit: Int { 32 }
  /// Bits for each string: few places of an input meet one by accident.
  private static var bitsPerString: Int { 64 }

  /// - Parameters:
  ///   - strings: All that are looked for; at least one.
  ///   - patternCount: Number of all patterns; every id is below it.
  /// - Returns: nil if a string is too short, or too many are alike.
  init?(_ strings: [RequiredString], patternCount: Int) {
    guard strings.allSatisfy({ $0.finder.needle.count >= LiteralHashFinder.keyByteCount }) else {
      return nil
    }
    self.patternCount = patternCount
    ids = Set(strings.map(\.id))
    var keys = unsafe literal_scan_keys()
    unsafe keys.fold = strings.contains { $0.finder.foldsCase } ? 0x2020_2020 : 0
    var chains: [UInt32: (length: Int, link: Int32)] = [:]
    chains.reserveCapacity(strings.count)
    var links: [Link] = []
    links.reserveCapacity(strings.count)
    for string in strings {
      let bytes = string.finder.needle
      var best = (key: UInt32(0), place: -1, length: Int.max)
      for place in 0...bytes.count - LiteralHashFinder.keyByteCount {
        // SAFETY: the four bytes lie in the string.
        let key = unsafe bytes.withUnsafeBufferPointer {
          unsafe literal_scan_key(&keys, $0.baseAddress! + place)
        }
        let length = chains[key]?.length ?? 0
        if length < best.length { best = (key, place, length) }
        if length == 0 { break }
      }
      guard best.length < LiteralHashFinder.chainLimit else { return nil }
      links.append(Link(string: string, place: best.place, next: chains[best.key]?.link ?? -1))
      chains[best.key] = (best.length + 1, Int32(links.count - 1))
    }
    let log = UInt32(Int.bitWidth - (strings.count - 1).leadingZeroBitCount)
    let bitLog = max(10, log + UInt32(LiteralHashFinder.bitsPerString.trailingZeroBitCount))
    unsafe keys.shift = 32 - min(28, bitLog)
    let capacity = unsafe 1 << (32 - keys.shift) / 64
    let bits = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: capacity)
    unsafe bits.initialize(repeating: 0)
    headShift = 32 - (log + 1)
    var heads = [(key: UInt32, link: Int32)](repeating: (0, -1), count: 1 << (log + 1))
    for (key, chain) in chains {
      let hash = literal_scan_hash(key)
      unsafe bits[Int(hash >> keys.shift) / 64] |= 1 << UInt64(hash >> keys.shift & 63)
      var index = Int(hash >> headShift)
      while heads[index].link >= 0 { index = (index + 1) % heads.count }
      heads[index] = (key, chain.link)
    }
    unsafe keys.bits = UnsafePointer(bits.baseAddress)
    unsafe self.keys = keys
    self.links = links
    self.heads = heads
  }

  deinit { unsafe keys.bits.deallocate() }

  func find(in base: UnsafeRawPointer, _ byteCount: Int, into list: CandidateList) -> Bool {
    unsafe list.begin(base, byteCount, patternCount: patternCount, budget: Int.max)
    let bytes = unsafe base.assumingMemoryBound(to: UInt8.self)
    let end = byteCount - LiteralHashFinder.keyByteCount + 1
    var (keys, place) = unsafe (self.keys, 0)
    while place < end {
      // SAFETY: the three bytes behind `end` lie in the region.
      place = unsafe literal_scan_find_key(&keys, bytes, place, end)
      if place >= end { break }
      guard
        unsafe compare(literal_scan_key(&keys, bytes + place), base, byteCount, place, list)
      else {
        list.end()
        return false
      }
      place += 1
    }
    list.end()
    list.putInOrder()
    return true
  }

  /// Compares the strings whose four bytes are those at `place`.
  ///
  /// - Returns: Whether to go on.
  @inline(never)
  private func compare(
    _ key: UInt32, _ base: UnsafeRawPointer, _ byteCount: Int, _ place: Int,
    _ list: CandidateList
  ) -> Bool {
    var index = Int(literal_scan_hash(key) >> headShift)
    while heads[index].link >= 0, heads[index].key != key { index = (index + 1) % heads.count }
    var next = heads[index].link
    while next >= 0 {
      let link = links[Int(next)]
      let start = place - link.place
      let stop = start + link.string.finder.needle.count
      if start >= 0, stop <= byteCount, unsafe link.string.finder.isNeedle(base + start) {
        guard list.note(link.string.id, stop) || !list.isFull else { return false }
      }
      next = link.next
    }
    return true
  }
}
