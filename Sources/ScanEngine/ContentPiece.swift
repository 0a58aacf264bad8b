/// A piece of decoded content in memory, with room for the bytes around it that tiles show.
///
/// Somebody gets it from a ``ContentSink``, fills it and hands it to that; nobody changes its bytes from then on.
@safe public final class ContentPiece: @unchecked Sendable {
  // SAFETY: one owner at a time: who fills it, then the sink's queue, then, unchanging, every lane.
  /// How many bytes of content a piece has room for, if nobody asks for more.
  public static var standardCapacity: Int { 1 << 20 }
  /// How many bytes of content it has room for.
  public let capacity: Int

  /// The margin before the content, the content, the margin after it.
  private let pooled: PooledMemory
  private var use: (@Sendable () -> Void)?
  /// Where the content lies, from the end of the margin before it.
  private var start = 0
  private var end = 0
  /// How many bytes of the margins are filled.
  private var marginBefore = 0
  private var marginAfter = 0

  init(capacity: Int, use: (@Sendable () -> Void)?) {
    self.capacity = capacity
    pooled = PooledMemory(byteCount: capacity + 2 * Tile.reach)
    self.use = use
  }

  deinit { endUse() }

  private var memory: UnsafeMutableRawBufferPointer { unsafe pooled.bytes }

  /// Bytes of content that it holds.
  public var byteCount: Int { end - start }
  /// Bytes that it has room for after those.
  public var room: Int { capacity - end }

  /// Appends bytes.
  ///
  /// - Parameter body: Writes into the room that is left, and says how many bytes.
  public func append<E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) {
    let first = Tile.reach + end
    let count = try unsafe body(
      UnsafeMutableRawBufferPointer(rebasing: memory[first..<first + room]))
    precondition(count >= 0 && count <= room)
    end += count
  }

  // MARK: For the sink

  private var content: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: memory[Tile.reach + start..<Tile.reach + end])
  }

  /// Takes bytes from the front of another piece.
  func take(_ count: Int, from other: ContentPiece) {
    unsafe append { room in
      unsafe room.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: other.content.prefix(count)))
      return count
    }
    other.drop(first: count)
  }

  /// Notes that every lane is done with it.
  func endUse() {
    use?()
    use = nil
  }

  /// Drops bytes of content, before it has a margin.
  func drop(first count: Int) {
    start += count
    guard count > 0, byteCount < Tile.reach else { return }
    // A short piece needs room for what comes behind it.
    let rest = byteCount
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[Tile.reach..<Tile.reach + rest])
      .copyMemory(from: content)
    (start, end) = (0, rest)
  }

  func drop(last count: Int) { end -= count }

  /// Shows the end of the piece before this one in front of it.
  func follow(_ previous: ContentPiece) {
    // What lies before a short piece is shown by the margin of that one.
    let shown = unsafe UnsafeRawBufferPointer(
      rebasing: previous.memory[
        Tile.reach + previous.start - previous.marginBefore..<Tile.reach + previous.end]
    ).suffix(Tile.reach)
    marginBefore = unsafe shown.count
    unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[Tile.reach + start - marginBefore..<Tile.reach + start]
    ).copyMemory(from: UnsafeRawBufferPointer(rebasing: shown))
  }

  /// Shows the beginning of the piece after this one behind it.
  func precede(_ next: ContentPiece) {
    let shown = unsafe next.content.prefix(Tile.reach)
    marginAfter = unsafe shown.count
    unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[Tile.reach + end..<Tile.reach + end + marginAfter]
    ).copyMemory(from: UnsafeRawBufferPointer(rebasing: shown))
  }

  /// The content and its margins, and where in them the content lies.
  var surroundings: (bytes: UnsafeRawBufferPointer, content: Range<Int>) {
    unsafe (
      UnsafeRawBufferPointer(
        rebasing: memory[
          Tile.reach + start - marginBefore..<Tile.reach + end + marginAfter]),
      marginBefore..<marginBefore + byteCount
    )
  }
}
