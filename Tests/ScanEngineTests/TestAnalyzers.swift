import ScanEngine
import Synchronization

/// Keeps every byte it sees, so that any byte lost, doubled or out of place shows.
struct Transcript: MergeableAnalyzer {
  var bytes: [UInt8] = []
  var start: UInt64?
  var isBroken = false

  mutating func update(_ tile: borrowing Tile) {
    let expected = (start ?? tile.offset) + UInt64(bytes.count)
    isBroken = isBroken || tile.offset != expected
    start = start ?? tile.offset
    bytes += copy(tile.bytes)
  }

  mutating func merge(_ next: consuming Transcript) {
    guard let nextStart = next.start else { return }
    isBroken = isBroken || next.isBroken
    if let start { isBroken = isBroken || nextStart != start + UInt64(bytes.count) }
    start = start ?? nextStart
    bytes += next.bytes
  }

  consuming func finalize() -> [UInt8] { isBroken ? [] : bytes }
}

/// The same, one tile after the other.
struct OrderedTranscript: Analyzer {
  var transcript = Transcript()
  var throughput = 5.0
  mutating func update(_ tile: borrowing Tile) { transcript.update(tile) }
  consuming func finalize() -> [UInt8] { transcript.finalize() }
}

/// The offset and length of every line, by the ownership rule: reads on past its window.
struct LineTable: MergeableAnalyzer {
  struct Line: Equatable { var offset: UInt64; var byteCount: Int }
  private var lines: [Line] = []
  private var open: Line?

  var isOpen: Bool { open != nil }

  mutating func update(_ tile: borrowing Tile) {
    if (tile.precedingByte ?? 10) == 10 { open = Line(offset: tile.offset, byteCount: 0) }
    walk(tile, opensMore: true)
  }

  mutating func readOn(_ tile: borrowing Tile) { walk(tile, opensMore: false) }

  private mutating func walk(_ tile: borrowing Tile, opensMore: Bool) {
    let bytes = tile.bytes
    var start = 0
    while let newline = bytes.firstIndex(of: 10, from: start) {
      if var line = open {
        line.byteCount += newline - start
        lines.append(line)
      }
      open = nil
      guard opensMore else { return }
      start = newline + 1
      // The byte after a window's last newline begins a line of the next window.
      if start < bytes.byteCount { open = Line(offset: tile.offset + UInt64(start), byteCount: 0) }
    }
    open?.byteCount += bytes.byteCount - start
    if tile.isLast, let line = open {
      lines.append(line)
      open = nil
    }
  }

  mutating func merge(_ next: consuming LineTable) { lines += next.lines }
  consuming func finalize() -> [Line] { lines }
}

/// Fails if what a tile shows around itself is not what the input has there.
struct SurroundingsCheck: MergeableAnalyzer {
  let input: [UInt8]
  private var byteCount = 0

  init(_ input: [UInt8]) { self.input = input }

  mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    let (start, end) = (Int(tile.offset), Int(tile.endOffset))
    guard copy(tile.before) == Array(input[max(0, start - Tile.reach)..<start]),
      copy(tile.bytes) == Array(input[start..<end]),
      copy(tile.after) == Array(input[end..<min(input.count, end + Tile.reach)]),
      tile.isLast == (end == input.count),
      tile.precedingByte == (start == 0 ? nil : input[start - 1])
    else { throw AnalysisError(offset: tile.offset, reason: "wrong surroundings") }
    byteCount += tile.byteCount
  }
  mutating func merge(_ next: consuming SurroundingsCheck) { byteCount += next.byteCount }
  consuming func finalize() -> Int { byteCount }
}

/// Runs a closure at each tile; for what happens to a file while it is scanned.
struct Hook: Analyzer {
  let action: @Sendable (UInt64) throws(AnalysisError) -> Void
  init(_ action: @escaping @Sendable (UInt64) throws(AnalysisError) -> Void) {
    self.action = action
  }
  mutating func update(_ tile: borrowing Tile) throws(AnalysisError) { try action(tile.offset) }
  consuming func finalize() -> Bool { true }
}

/// Wants only the first bytes.
struct Beginning: MergeableAnalyzer {
  let wanted: UInt64
  var end: UInt64 = 0
  var isSettled: Bool { end >= wanted }
  mutating func update(_ tile: borrowing Tile) { end = max(end, tile.endOffset) }
  mutating func merge(_ next: consuming Beginning) { end = max(end, next.end) }
  consuming func finalize() -> Bool { end >= wanted }
}

struct OrderedBeginning: Analyzer {
  var beginning: Beginning
  var isSettled: Bool { beginning.isSettled }
  mutating func update(_ tile: borrowing Tile) { beginning.update(tile) }
  consuming func finalize() -> Bool { beginning.finalize() }
}

/// Counts tiles over all copies.
final class Counter: Sendable {
  let value = Atomic<Int>(0)
  func increment() { value.add(1, ordering: .relaxed) }
  var count: Int { value.load(ordering: .relaxed) }
}

func copy(_ span: RawSpan) -> [UInt8] { (0..<span.byteCount).map { span.byte(at: $0) } }
