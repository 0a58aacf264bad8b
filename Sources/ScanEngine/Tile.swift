/// The piece of a window that is handed to analyzers at one time.
///
/// A tile also shows up to ``reach`` bytes on both sides of it, for whatever crosses a boundary. How
/// many there are follows from the input alone (`min(reach, bytes there are)`), never from windows.
public struct Tile: ~Escapable {
  /// How many bytes an analyzer can see before and after a tile, at the most.
  public static var reach: Int { 4096 }

  /// Where ``bytes`` starts, in bytes from the start of the input.
  public let offset: UInt64
  /// Where the input begins: greater than zero if only a part of a file is looked at.
  public let inputStart: UInt64
  private let surroundings: RawSpan
  private let start: Int
  private let end: Int
  private let goesOn: Bool

  /// Makes the tile of the bytes `start..<end` of `surroundings`.
  ///
  /// - Parameters:
  ///   - surroundings: The tile's bytes with whatever is readable before and after them.
  ///   - start: Index of the tile's first byte.
  ///   - end: Index after the tile's last byte. `start < end`.
  ///   - offset: Where the tile's first byte lies in the input.
  ///   - inputStart: Where the input begins.
  ///   - goesOn: Whether there may be more of the input than is readable, as of a stream that is waited for.
  @_lifetime(copy surroundings)
  public init(
    surroundings: RawSpan, start: Int, end: Int, offset: UInt64, inputStart: UInt64 = 0,
    goesOn: Bool = false
  ) {
    precondition(0 <= start && start < end && end <= surroundings.byteCount)
    precondition(inputStart <= offset)
    self.inputStart = inputStart
    self.surroundings = surroundings
    self.start = start
    self.end = end
    self.offset = offset
    self.goesOn = goesOn
  }

  /// How many bytes of the input lie before the tile.
  public var precedingByteCount: UInt64 { offset - inputStart }

  /// Number of bytes in the tile; at least 1.
  public var byteCount: Int { end - start }

  /// Offset after the tile's last byte.
  public var endOffset: UInt64 { offset + UInt64(byteCount) }

  /// The tile's bytes.
  public var bytes: RawSpan {
    @_lifetime(copy self) get { surroundings.extracting(start..<end) }
  }

  /// The bytes right before the tile: ``reach`` of them, or as many as the input has.
  public var before: RawSpan {
    @_lifetime(copy self) get { surroundings.extracting(max(0, start - Tile.reach)..<start) }
  }

  /// The bytes right after the tile: ``reach`` of them, or as many as the input has. Empty exactly
  /// when the tile ends the input. Only analyzers that ask for ``Analyzer/takesLinesEarly`` may see fewer.
  public var after: RawSpan {
    @_lifetime(copy self) get {
      surroundings.extracting(end..<min(surroundings.byteCount, end + Tile.reach))
    }
  }

  /// The byte right before the tile; nil at the start of the input.
  public var precedingByte: UInt8? {
    start == 0 ? nil : surroundings.byte(at: start - 1)
  }

  /// Whether the tile ends the input.
  public var isLast: Bool { end == surroundings.byteCount && !goesOn }
}
