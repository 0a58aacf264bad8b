import FileMapping

/// A stream that is read when its bytes are asked for. The last of them are held.
final class PulledStream {
  private let stream: Source.Stream
  private var held: [(offset: UInt64, bytes: [UInt8])] = []
  private var end: UInt64 = 0
  private(set) var isAtEnd = false

  private static let pieceByteCount = 256 << 10

  init(_ stream: Source.Stream) { self.stream = stream }

  var available: Range<UInt64> { (held.first?.offset ?? end)..<(isAtEnd ? end : .max) }

  func withPieces(
    of range: Range<UInt64>, _ body: (RawSpan) -> Bool
  ) -> (offset: UInt64, error: MappingError?)? {
    var offset = range.lowerBound
    while offset < range.upperBound {
      if offset >= end {
        do throws(MappingError) { try pull() } catch { return (end, error) }
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
        count = try unsafe stream.file.read(into: UnsafeMutableRawBufferPointer(room))
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard !bytes.isEmpty else {
      isAtEnd = true
      return
    }
    held.append((end, bytes))
    end += UInt64(bytes.count)
    while let first = held.first, end - first.offset > UInt64(Recall.heldByteLimit) {
      held.removeFirst()
    }
  }
}
