public import ScanEngine

/// Counts lines.
public struct LineCount: MergeableAnalyzer {
  /// What was counted.
  public struct Output: Equatable, Sendable {
    /// Number of newline bytes: what `wc -l` prints.
    public var newlines: UInt64
    /// Whether the input's last byte is a newline; nil for an empty input.
    public var endsWithNewline: Bool?

    /// Makes a count, for comparison with one that was computed.
    public init(newlines: UInt64, endsWithNewline: Bool?) {
      self.newlines = newlines
      self.endsWithNewline = endsWithNewline
    }

    /// Number of lines, the last one counted even if no newline ends it.
    public var lines: UInt64 { endsWithNewline == false ? newlines + 1 : newlines }
  }

  private var counted = Output(newlines: 0, endsWithNewline: nil)

  public init() {}

  public var throughput: Double { 14 }
  public var takesLinesEarly: Bool { true }

  public var toleratesGaps: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    counted.newlines += UInt64(tile.bytes.count(of: UInt8(ascii: "\n")))
    counted.endsWithNewline =
      tile.bytes.byte(at: tile.byteCount - 1) == UInt8(ascii: "\n")
  }

  public var foldsZeros: Bool { true }

  public mutating func update(zeros range: Range<UInt64>) { counted.endsWithNewline = false }

  public mutating func merge(_ next: consuming LineCount) {
    counted.newlines += next.counted.newlines
    counted.endsWithNewline = next.counted.endsWithNewline ?? counted.endsWithNewline
  }

  public consuming func finalize() -> Output { counted }
}
