import FileMapping

/// A stream that is read when its bytes are asked for. The last of them are held.
final class PulledStream {
  private let stream: Source.Stream
  private let isStopped: () -> Bool
  private var held: [(offset: UInt64, bytes: [UInt8])] = []
  private var end: UInt64
  private(set) var isAtEnd = false

  private static let pieceByteCount = 256 << 10

  /// - Parameter isStopped: Whether somebody asked to stop. Fewer bytes are lent than were asked for then.
  init(_ stream: Source.Stream, isStopped: @escaping () -> Bool) {
    (self.stream, self.isStopped) = (stream, isStopped)
    end = 0
    // Nobody has to read up to an end to know that nothing lies behind it.
    if let known = stream.knownEnd { isAtEnd = known <= stream.start }
  }

  var available: Range<UInt64> {
    (held.first?.offset ?? max(end, stream.start))..<(isAtEnd ? max(end, stream.start) : .max)
  }

  func withPieces(
    of range: Range<UInt64>, _ body: (RawSpan) -> Bool
  ) -> (offset: UInt64, error: MappingError?)? {
    var offset = range.lowerBound
    while offset < range.upperBound {
      if offset >= end {
        do throws(MappingError) {
          // Of what lies behind the limit nothing is waited for.
          if let limit = stream.limit, end >= limit {
            isAtEnd = true
          } else {
            guard try stream.waitForBytes(unless: isStopped) else { return nil }
            try pull()
          }
        } catch { return (end, error) }
        if isAtEnd { return nil }
        continue
      }
      guard let index = held.lastIndex(where: { $0.offset <= offset }) else { return (offset, nil) }
      let piece = held[index]
      let start = Int(offset - piece.offset)
      let stop = Int(min(range.upperBound - piece.offset, UInt64(piece.bytes.count)))
      // SAFETY: every byte of an array of UInt8 is initialised.
      guard body(unsafe piece.bytes.span.bytes.extracting(start..<stop)) else { return nil }
      offset = piece.offset + UInt64(stop)
    }
    return nil
  }

  private func pull() throws(MappingError) {
    var failure: MappingError?
    let wanted = Int(min(UInt64(Self.pieceByteCount), (stream.limit ?? .max) - end))
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { room, count in
      do throws(MappingError) {
        count = try unsafe stream.file.readNow(into: UnsafeMutableRawBufferPointer(room))
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard !bytes.isEmpty else {
      isAtEnd = true
      return
    }
    let skipped = Int(min(UInt64(bytes.count), stream.start - min(stream.start, end)))
    if skipped < bytes.count {
      held.append((end + UInt64(skipped), skipped == 0 ? bytes : Array(bytes[skipped...])))
    }
    end += UInt64(bytes.count)
    while let first = held.first, end - first.offset > UInt64(Recall.heldByteLimit) {
      held.removeFirst()
    }
  }
}
