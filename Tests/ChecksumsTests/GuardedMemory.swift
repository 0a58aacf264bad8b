import Checksums
import ScanEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Zeroed memory between two pages that nobody may touch. Pages that were never written take no room.
@safe struct GuardedMemory: ~Copyable {
  let byteCount: Int
  // SAFETY: `mapped` is a mapping of `mappedByteCount` bytes that this value alone owns.
  private let mapped: UnsafeMutableRawPointer
  private let mappedByteCount: Int
  private let offset: Int

  /// - Parameter atEnd: Whether the memory ends right before the upper page; otherwise it starts
  ///   right after the lower one.
  init(byteCount: Int, atEnd: Bool = true) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let room = (byteCount + page - 1) / page * page
    self.byteCount = byteCount
    mappedByteCount = room + 2 * page
    offset = atEnd ? page + room - byteCount : page
    let base = unsafe mmap(
      nil, mappedByteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let base = unsafe base, unsafe base != MAP_FAILED else { fatalError("mmap failed") }
    unsafe mapped = base
    let allowed = unsafe mprotect(base + page, room, PROT_READ | PROT_WRITE)
    precondition(allowed == 0)
  }

  deinit { unsafe munmap(mapped, mappedByteCount) }

  func fill(_ bytes: [UInt8]) {
    precondition(bytes.count == byteCount)
    unsafe (mapped + offset).copyMemory(from: bytes, byteCount: byteCount)
  }

  var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: the bytes belong to the mapping, which lives as long as this value.
      let span = unsafe RawSpan(_unsafeStart: mapped + offset, byteCount: byteCount)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }
}

/// Feeds an analyzer one part of the memory as one tile.
func update(
  _ analyzer: inout any Analyzer<Digest>, _ memory: borrowing GuardedMemory, _ range: Range<Int>
) throws {
  try analyzer.update(
    Tile(
      surroundings: memory.bytes, start: range.lowerBound, end: range.upperBound,
      offset: UInt64(range.lowerBound)))
}
