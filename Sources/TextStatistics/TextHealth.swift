import CTextScan
public import ScanEngine

/// Finds what programs stumble over in text: its encoding, bytes that are no characters, NULs, mixed ends of lines, a
/// byte-order mark, a last line without an end, and where the longest line is.
public struct TextHealth: MergeableAnalyzer {
  /// What the bytes seem to be.
  public enum Encoding: String, Sendable {
    /// There are none.
    case empty
    case ascii
    /// Every byte beyond ASCII is of a character in UTF-8 (RFC 3629).
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case utf32LittleEndian = "utf-32le"
    case utf32BigEndian = "utf-32be"
    /// There are NULs and bytes that are no characters.
    case binary
    /// There are no NULs, but bytes that are no characters in UTF-8: an older encoding, or damage.
    case unknown8Bit = "unknown-8bit"
  }

  /// A line, without what ends it.
  public struct Line: Equatable, Sendable {
    /// Where it begins, in bytes.
    public var offset: UInt64
    /// How many bytes it has.
    public var byteCount: UInt64
    /// Its number, from 1 on.
    public var number: UInt64

    public init(offset: UInt64, byteCount: UInt64, number: UInt64) {
      (self.offset, self.byteCount, self.number) = (offset, byteCount, number)
    }
  }

  /// What was found.
  public struct Output: Equatable, Sendable {
    /// What the bytes seem to be. A byte-order mark decides; without one, NULs in every second place tell UTF-16.
    public var encoding = Encoding.empty
    /// Whether it begins with a byte-order mark.
    public var hasByteOrderMark = false
    /// How many bytes beyond ASCII are not of a character in UTF-8.
    public var invalidBytes: UInt64 = 0
    /// Where the first of them is.
    public var firstInvalid: UInt64?
    /// How many NUL bytes there are.
    public var nuls: UInt64 = 0
    /// How many lines end in a carriage return and a newline.
    public var crlf: UInt64 = 0
    /// How many lines end in a newline alone.
    public var lf: UInt64 = 0
    /// How many carriage returns stand alone.
    public var cr: UInt64 = 0
    /// Whether the last byte is a newline; nil for an empty input.
    public var endsWithNewline: Bool?
    /// The line with most bytes, the first of several; nil for an empty input.
    public var longestLine: Line?

    public init() {}
  }

  private let kernel: TextKernel
  private var found = Output()
  /// NULs at even and at odd offsets.
  private var nuls: (even: UInt64, odd: UInt64) = (0, 0)
  private var highBytes: UInt64 = 0
  private var carriageReturns: UInt64 = 0
  private var newlines: UInt64 = 0
  private var mark: Encoding?
  /// What was seen; empty for a fresh value.
  private var range: Range<UInt64> = 0..<0
  private var firstNewline: UInt64?
  private var lastNewline: UInt64?
  /// The longest line between two newlines.
  private var longest: Line?

  public init() { self.init(.best) }

  package init(_ kernel: TextKernel) { self.kernel = kernel }

  public var throughput: Double { 9 }

  public var toleratesGaps: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    var health = text_scan_health()
    let number = kernel.number
    unsafe TextScan.scan(tile, classes: nil) { unsafe text_scan_health(number, $0, &health) }
    var next = TextHealth(kernel)
    next.take(health, from: tile.offset..<tile.endOffset)
    next.found.endsWithNewline = tile.bytes.byte(at: tile.byteCount - 1) == UInt8(ascii: "\n")
    if tile.precedingByteCount == 0 { next.mark = TextHealth.mark(tile) }
    merge(next)
  }

  private mutating func take(_ health: text_scan_health, from range: Range<UInt64>) {
    func place(_ position: Int) -> UInt64? {
      position == -1 ? nil : range.lowerBound + UInt64(position)
    }
    // Only the parity of the offset matters.
    let isEven = range.lowerBound % 2 == 0
    nuls = isEven ? (health.nuls.0, health.nuls.1) : (health.nuls.1, health.nuls.0)
    self.range = range
    (newlines, carriageReturns) = (health.newlines, health.carriage_returns)
    (found.crlf, highBytes) = (health.pairs, health.high_bytes)
    found.invalidBytes = health.invalid_bytes
    found.firstInvalid = place(health.first_invalid)
    firstNewline = place(health.first_newline)
    lastNewline = place(health.last_newline)
    longest = place(health.longest_start).map {
      Line(
        offset: $0, byteCount: UInt64(health.longest_count), number: health.longest_line + 1)
    }
  }

  public var foldsZeros: Bool { true }

  public mutating func update(zeros range: Range<UInt64>) {
    var next = TextHealth(kernel)
    next.range = range
    let (count, isEven) = (UInt64(range.count), range.lowerBound % 2 == 0)
    next.nuls = isEven ? ((count + 1) / 2, count / 2) : (count / 2, (count + 1) / 2)
    next.found.endsWithNewline = false
    merge(next)
  }

  public mutating func merge(_ next: consuming TextHealth) {
    guard !next.range.isEmpty else { return }
    guard !range.isEmpty else {
      self = next
      return
    }
    if let end = next.firstNewline, let start = lastNewline {
      lengthen(
        with: Line(offset: start + 1, byteCount: end - start - 1, number: newlines + 1))
    }
    if var line = next.longest {
      line.number += newlines
      lengthen(with: line)
    }
    firstNewline = firstNewline ?? next.firstNewline
    lastNewline = next.lastNewline ?? lastNewline
    newlines += next.newlines
    carriageReturns += next.carriageReturns
    nuls = (nuls.even + next.nuls.even, nuls.odd + next.nuls.odd)
    highBytes += next.highBytes
    found.crlf += next.found.crlf
    found.invalidBytes += next.found.invalidBytes
    found.firstInvalid = found.firstInvalid ?? next.found.firstInvalid
    found.endsWithNewline = next.found.endsWithNewline
    mark = mark ?? next.mark
    range = range.lowerBound..<next.range.upperBound
  }

  private mutating func lengthen(with line: Line) {
    if line.byteCount > longest?.byteCount ?? 0 || longest == nil { longest = line }
  }

  public consuming func finalize() -> Output {
    guard !range.isEmpty else { return found }
    found.nuls = nuls.even + nuls.odd
    found.lf = newlines - found.crlf
    found.cr = carriageReturns - found.crlf
    found.hasByteOrderMark = mark != nil
    found.encoding = mark ?? encoding
    // The first line and the last have one newline at the most.
    let inner = longest
    let head = Line(
      offset: range.lowerBound,
      byteCount: (firstNewline ?? range.upperBound) - range.lowerBound, number: 1)
    longest = head
    if let inner { lengthen(with: inner) }
    if let lastNewline, lastNewline + 1 < range.upperBound {
      lengthen(
        with: Line(
          offset: lastNewline + 1, byteCount: range.upperBound - lastNewline - 1,
          number: newlines + 1))
    }
    found.longestLine = longest
    return found
  }

  private var encoding: Encoding {
    let total = nuls.even + nuls.odd
    if total > 0 {
      // Text of the West in UTF-16 has a NUL in most characters, always in the same half.
      let units = UInt64(range.count) / 2
      let (first, second) =
        range.lowerBound % 2 == 0 ? (nuls.even, nuls.odd) : (nuls.odd, nuls.even)
      if second * 2 > units, first < (second + 7) / 8 { return .utf16LittleEndian }
      if first * 2 > units, second < (first + 7) / 8 { return .utf16BigEndian }
    }
    if found.invalidBytes > 0 { return total > 0 ? .binary : .unknown8Bit }
    return highBytes > 0 ? .utf8 : .ascii
  }

  /// The encoding that the mark at the start of an input names.
  private static func mark(_ tile: borrowing Tile) -> Encoding? {
    var first: [UInt8] = []
    for place in 0..<4 {
      if place < tile.byteCount {
        first.append(tile.bytes.byte(at: place))
      } else if place - tile.byteCount < tile.after.byteCount {
        first.append(tile.after.byte(at: place - tile.byteCount))
      }
    }
    // UTF-32 comes first: its mark begins as that of UTF-16 does.
    let marks: [(bytes: [UInt8], encoding: Encoding)] = [
      ([0xFF, 0xFE, 0, 0], .utf32LittleEndian), ([0, 0, 0xFE, 0xFF], .utf32BigEndian),
      ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE], .utf16LittleEndian),
      ([0xFE, 0xFF], .utf16BigEndian),
    ]
    return marks.first { first.starts(with: $0.bytes) }?.encoding
  }
}
