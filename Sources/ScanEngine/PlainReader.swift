import FileMapping

/// Reads a file where its bytes are asked for, and nothing around them.
final class PlainReader {
  private let object: MappingObject
  private var buffer = [UInt8](repeating: 0, count: Recall.pieceByteCount)

  private let start: UInt64

  init(_ object: MappingObject, from start: UInt64) { (self.object, self.start) = (object, start) }

  var available: Range<UInt64> { start..<object.size.rawValue }

  func withPieces(
    of range: Range<UInt64>, _ body: (RawSpan) -> Bool
  ) -> (offset: UInt64, error: MappingError?)? {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = Int(min(UInt64(buffer.count), range.upperBound - offset))
      var came = 0
      do throws(MappingError) { came = try read(wanted, at: offset) } catch {
        return (offset, error)
      }
      guard came == wanted else { return (offset + UInt64(came), nil) }
      // SAFETY: every byte of an array of UInt8 is initialised.
      guard body(unsafe buffer.span.bytes.extracting(..<wanted)) else { return nil }
      offset += UInt64(wanted)
    }
    return nil
  }

  private func read(_ byteCount: Int, at offset: UInt64) throws(MappingError) -> Int {
    let object = self.object
    var came = 0
    var failure: MappingError?
    unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(MappingError) {
        came = try unsafe object.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<byteCount]),
          at: FileOffset(offset))
      } catch { failure = error }
    }
    if let failure { throw failure }
    return came
  }
}
