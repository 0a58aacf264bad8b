import Dispatch
public import FileMapping

/// Bytes of the input that were read already, for whoever tells what was found in them.
///
/// A file is read again, through a view of its own or into memory; of a stream the last bytes are held,
/// as far back as somebody said that they are needed, and at most ``Recall/heldByteLimit`` of them.
/// Used by one thread at a time.
public final class Recall: @unchecked Sendable {
  // SAFETY: `withPieces` and `forget` are called by whoever is handed listings, on one serial queue; a
  // stream's lane adds chunks on that same queue.
  private enum Origin {
    case file(any TileCursor, Range<UInt64>)
    case stream([Chunk])
    case pulled(PulledStream)
    case plain(PlainReader)
  }

  private var origin: Origin
  /// The file; nil for a stream.
  private let object: MappingObject?
  private var needed: UInt64 = 0
  /// Where the last chunk ends that was held.
  private var heldEnd: UInt64 = 0

  /// Bytes of a stream that are held at the most.
  public static var heldByteLimit: Int { 24 << 20 }

  /// Bytes that are lent at one time, at the most.
  public static var pieceByteCount: Int { 256 << 10 }

  /// Chunks of a stream that have no more bytes together are held as one.
  private static var joinedByteCount: Int { 64 << 10 }

  /// Bytes of a file that are mapped at one time.
  static var viewByteCount: Int { 4 << 20 }

  /// - Parameter start: The first byte that there is of the file.
  init(_ cursor: any TileCursor, over object: MappingObject, from start: UInt64) {
    origin = .file(cursor, start..<object.size.rawValue)
    self.object = object
  }

  /// Of an input that nobody scans: a stream is read as far as bytes are asked for.
  ///
  /// - Parameters:
  ///   - maps: Whether a file is mapped, if it can be; reading fetches less around a few bytes.
  ///   - isStopped: Whether somebody asked to stop. Of a stream fewer bytes are lent than were asked for then.
  /// - Throws: `MappingError` if the file cannot be mapped.
  package init(
    of source: Source, maps: Bool = true, isStopped: @escaping () -> Bool = { false }
  ) throws(MappingError) {
    switch source.origin {
    case .stream(let stream):
      origin = .pulled(PulledStream(stream, isStopped: isStopped))
      object = nil
    case .object(let object, let isMapped):
      self.object = object
      guard maps else {
        origin = .plain(PlainReader(object, from: source.start))
        return
      }
      let cursor: any TileCursor =
        isMapped
        ? try MappedCursor(
          over: object, from: source.start,
          capacity: Int(min(object.size.rawValue, UInt64(Recall.viewByteCount))))
        : ReadCursor(over: object, from: source.start, capacity: Recall.pieceByteCount)
      origin = .file(cursor, source.start..<object.size.rawValue)
    }
  }

  /// Of a stream.
  init() {
    origin = .stream([])
    object = nil
  }

  /// The first byte that is still there, and the byte after the last one that was read: for a file all
  /// there are, and for a stream that is read when bytes are asked for whatever may come.
  public var available: Range<UInt64> {
    switch origin {
    case .file(_, let range): range
    case .stream(let chunks):
      chunks.isEmpty ? needed..<needed : chunks[0].offset..<chunks[chunks.count - 1].endOffset
    case .pulled(let stream): stream.available
    case .plain(let reader): reader.available
    }
  }

  /// Lends the bytes of a range, from left to right, in pieces.
  ///
  /// - Parameters:
  ///   - range: Within ``available``.
  ///   - body: Takes a piece; says whether to go on.
  /// - Returns: Where a byte could not be read, and what the system said; nil if all could. The zeros that
  ///   take the place of lost bytes are lent before that is known: do not use what was lent of the
  ///   piece then.
  public func withPieces(
    of range: Range<UInt64>, _ body: (RawSpan) -> Bool
  ) -> (offset: UInt64, error: MappingError?)? {
    switch origin {
    case .file(let cursor, _):
      var offset = range.lowerBound
      while offset < range.upperBound {
        let count = Int(min(UInt64(Recall.pieceByteCount), range.upperBound - offset))
        var goesOn = true
        do throws(TileFailure) {
          try cursor.withTile(at: offset, byteCount: count) { goesOn = body($0.bytes) }
        } catch {
          return switch error {
          case .ended(let offset): (offset, nil)
          case .unreadable(let offset, let error): (offset, error)
          case .mapping(let error): (offset, error)
          }
        }
        if let fault = cursor.fault { return (fault, nil) }
        guard goesOn else { return nil }
        offset += UInt64(count)
      }
    case .stream(let chunks):
      for chunk in chunks where chunk.endOffset > range.lowerBound {
        guard chunk.offset < range.upperBound else { break }
        let part =
          max(range.lowerBound, chunk.offset)..<min(range.upperBound, chunk.endOffset)
        guard chunk.withBytes(of: part, body) else { return nil }
      }
    case .pulled(let stream): return stream.withPieces(of: range, body)
    case .plain(let reader): return reader.withPieces(of: range, body)
    }
    return nil
  }

  /// Whether the file was cut or written since it was opened, so that what was lent may be something else than what
  /// was found: of a page in which it ends now, the rest reads as zeros, and nothing else tells.
  ///
  /// That it grew is not known from being written.
  public var isOfChangedFile: Bool {
    guard let object else { return false }
    let before = object.status
    // Who appends sets the time first and the size a moment later.
    for _ in 0..<50 {
      guard let now = try? object.currentStatus() else { return false }
      if now.size < before.size { return true }
      if now.size > before.size || now.modified == before.modified { return false }
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(1))
    }
    return true
  }

  /// Has the system begin to read a range of a file; where that cannot be, nothing happens.
  package func prefetch(_ range: Range<UInt64>) {
    guard let object, range.lowerBound < object.size.rawValue else { return }
    let start = range.lowerBound - range.lowerBound % MappingObject.allocationGranularity
    let end = min(range.upperBound, object.size.rawValue)
    try? object.view(at: FileOffset(start), length: end - start).advise(.willNeed)
  }

  /// Lets go of what lies before an offset.
  public func forget(before offset: UInt64) {
    needed = max(needed, offset)
    guard case .stream(var chunks) = origin else { return }
    origin = .stream([])
    chunks.removeAll { $0.endOffset <= needed }
    origin = .stream(chunks)
  }

  /// Holds a chunk of a stream; what does not fit the limit is let go of from the front.
  func hold(_ chunk: Chunk) {
    // Every lane hands in every chunk.
    guard case .stream(var chunks) = origin, chunk.endOffset > heldEnd else { return }
    heldEnd = chunk.endOffset
    origin = .stream([])
    if let last = chunks.last,
      let joined = Chunk(joining: last, chunk, upTo: Recall.joinedByteCount)
    {
      chunks[chunks.count - 1] = joined
    } else {
      chunks.append(chunk)
    }
    var byteCount = chunks.reduce(0) { $0 + $1.byteCount }
    var dropped = 0
    while byteCount > Recall.heldByteLimit, dropped + 1 < chunks.count {
      byteCount -= chunks[dropped].byteCount
      dropped += 1
    }
    chunks.removeFirst(dropped)
    origin = .stream(chunks)
  }
}
