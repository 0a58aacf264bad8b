import FileMapping
import ScanEngine

/// A byte that was searched before cannot be read again.
struct LostByte: Error {
  let offset: UInt64
  let error: MappingError?
}

/// Reads bytes of the input again, near those that were read before most of the time.
///
/// Bytes are lent only once it is known that they are those of the file. Used by one thread at a time.
@safe final class InputReader: @unchecked Sendable {
  // SAFETY: whoever is handed listings uses it while a scan runs, and the main thread before and after.
  private let room: UnsafeMutableRawBufferPointer
  private var held: Range<UInt64> = 0..<0
  private var step = InputReader.firstStep
  private var recall: Recall?

  /// How far it pays to read ahead: everything before was decided.
  var horizon: UInt64 = 0
  /// Whether bytes were asked for that nobody holds any more.
  private(set) var hasLostBytes = false

  /// Bytes that are held at one time.
  static var capacity: Int { Recall.pieceByteCount }
  private static var firstStep: Int { 8 << 10 }

  init() {
    unsafe room = .allocate(byteCount: InputReader.capacity, alignment: 64)
  }

  deinit { unsafe room.deallocate() }

  /// Whether bytes come once, so that there may be more of them later.
  private(set) var isStream = false
  /// Where the input begins.
  private(set) var inputStart: UInt64 = 0

  /// Begins with another input.
  func begin(isStream: Bool, from inputStart: UInt64) {
    (self.isStream, self.inputStart) = (isStream, inputStart)
    recall = nil
    (held, horizon, hasLostBytes) = (0..<0, 0, false)
  }

  /// Takes the bytes of the input from `recall`.
  func read(from recall: Recall) { self.recall = recall }

  /// What can be read.
  var available: Range<UInt64> { recall?.available ?? 0..<0 }

  /// Lets go of what lies before an offset.
  func forget(before offset: UInt64) { recall?.forget(before: offset) }

  /// The offset, or the first one after it whose byte is still there.
  func firstAvailable(from offset: UInt64) -> UInt64 {
    let first = available.lowerBound
    let offset = max(offset, inputStart)
    guard offset < first else { return offset }
    hasLostBytes = true
    return first
  }

  /// Lends the first bytes of a range, as many as are at hand.
  ///
  /// - Parameter range: Not empty, within ``available``.
  /// - Returns: One or more bytes, until the next call.
  func bytes(of range: Range<UInt64>) throws(LostByte) -> UnsafeRawBufferPointer {
    if !held.contains(range.lowerBound) {
      step =
        range.lowerBound == held.upperBound
        ? min(InputReader.capacity, 2 * step) : InputReader.firstStep
      let wanted = max(range.upperBound, min(horizon, available.upperBound))
      let end = min(wanted, range.lowerBound + UInt64(step))
      try hold(range.lowerBound..<end)
    }
    let start = Int(range.lowerBound - held.lowerBound)
    let end = Int(min(range.upperBound, held.upperBound) - held.lowerBound)
    return unsafe UnsafeRawBufferPointer(rebasing: room[start..<end])
  }

  /// Lends a whole range of at most ``capacity`` bytes.
  func whole(_ range: Range<UInt64>) throws(LostByte) -> UnsafeRawBufferPointer {
    guard !range.isEmpty else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    if range.lowerBound < held.lowerBound || range.upperBound > held.upperBound {
      let ahead = min(horizon, available.upperBound)
      let end = min(
        max(range.upperBound, ahead),
        range.lowerBound + UInt64(max(range.count, InputReader.firstStep)))
      try hold(range.lowerBound..<end)
    }
    return unsafe try bytes(of: range)
  }

  /// Calls a closure with all bytes of a range that are still there, piece by piece.
  ///
  /// - Parameter body: Takes a piece and says whether to go on.
  func forEachPiece(
    of range: Range<UInt64>, _ body: (UnsafeRawBufferPointer) throws(LostByte) -> Bool
  ) throws(LostByte) {
    var offset = firstAvailable(from: range.lowerBound)
    while offset < range.upperBound {
      let piece = unsafe try bytes(of: offset..<range.upperBound)
      offset += UInt64(piece.count)
      guard unsafe try body(piece) else { return }
    }
  }

  /// Appends a range to what is to be printed.
  ///
  /// - Returns: Its last byte; nil if it is empty.
  @discardableResult
  func copy(_ range: Range<UInt64>, to output: OutputBuffer) throws(LostByte) -> UInt8? {
    let first = firstAvailable(from: range.lowerBound)
    let range = first..<max(first, range.upperBound)
    var last: UInt8?
    guard range.count > 4 * InputReader.firstStep, let recall else {
      unsafe try forEachPiece(of: range) { piece throws(LostByte) in
        unsafe output.append(piece)
        last = unsafe piece.last
        return true
      }
      return last
    }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let part =
        offset..<min(range.upperBound, offset + UInt64(Recall.pieceByteCount))
      let mark = output.reserve(part.count)
      let lost = recall.withPieces(of: part) { piece in
        unsafe piece.withUnsafeBytes { bytes in
          unsafe output.append(bytes)
          last = unsafe bytes.last
        }
        return true
      }
      do throws(LostByte) { try check(lost, part, recall) } catch {
        output.truncate(to: mark)
        throw error
      }
      offset = part.upperBound
    }
    return last
  }

  /// Makes sure that what was lent are the bytes that were searched.
  ///
  /// - Parameter lost: What is known to be lost.
  private func check(
    _ lost: (offset: UInt64, error: MappingError?)?, _ range: Range<UInt64>, _ recall: Recall
  ) throws(LostByte) {
    if let lost { throw LostByte(offset: lost.offset, error: lost.error) }
    if recall.isOfChangedFile { throw LostByte(offset: range.lowerBound, error: nil) }
  }

  private func hold(_ range: Range<UInt64>) throws(LostByte) {
    guard let recall else { preconditionFailure("nothing was read yet") }
    held = 0..<0
    var filled = 0
    let room = unsafe self.room
    let lost = recall.withPieces(of: range) { piece in
      unsafe piece.withUnsafeBytes { bytes in
        _ = unsafe memcpy(room.baseAddress! + filled, bytes.baseAddress!, bytes.count)
      }
      filled += piece.byteCount
      return true
    }
    try check(lost, range, recall)
    precondition(filled == range.count, "bytes were asked for that are not there")
    held = range
  }
}

/// Where lines start and end.
extension InputReader {
  private static var newline: UInt8 { 10 }

  /// Goes back over lines.
  ///
  /// - Parameters:
  ///   - offset: Where a line starts.
  ///   - first: Where a line starts that must not be passed.
  /// - Returns: Where the line starts that is `count` lines before, and how many lines those are.
  func lines(
    before offset: UInt64, count: UInt64, from first: UInt64
  ) throws(LostByte) -> (start: UInt64, count: UInt64) {
    let isCut = max(first, inputStart) < available.lowerBound
    let first = max(first, available.lowerBound)
    guard count > 0, offset > first else { return (offset, 0) }
    var seen: UInt64 = 0
    var end = offset - 1
    var step = UInt64(InputReader.firstStep)
    while end > first {
      if !(held.lowerBound < end && end <= held.upperBound) {
        // What lies behind is asked for next.
        let behind = min(
          end + UInt64(InputReader.firstStep), max(offset, end), available.upperBound)
        try hold(end - min(step, end - first)..<max(end, behind))
        step = min(2 * step, UInt64(InputReader.capacity / 2))
      }
      let start = max(first, held.lowerBound)
      var index = Int(end - held.lowerBound)
      let low = Int(start - held.lowerBound)
      while index > low {
        index -= 1
        guard unsafe room[index] == InputReader.newline else { continue }
        seen += 1
        if seen == count { return (held.lowerBound + UInt64(index) + 1, count) }
      }
      end = start
    }
    if isCut { hasLostBytes = true }
    return (first, seen + 1)
  }

  /// Where the line starts that holds the byte at `offset`.
  func lineStart(of offset: UInt64, from first: UInt64) throws(LostByte) -> UInt64 {
    // As if a newline stood there.
    let first = max(first, available.lowerBound)
    guard offset > first else { return offset }
    return try lines(before: offset + 1, count: 1, from: first).start
  }

  /// Goes over lines.
  ///
  /// - Parameters:
  ///   - offset: Where a line starts.
  ///   - limit: Only lines that start before it.
  /// - Returns: Where the last of them ends, and how many there are.
  func lines(
    from offset: UInt64, count: UInt64, startingBefore limit: UInt64
  ) throws(LostByte) -> (end: UInt64, count: UInt64) {
    var (end, seen): (UInt64, UInt64) = (offset, 0)
    while seen < count, end < limit {
      end = try lineEnd(from: end).offset
      seen += 1
    }
    return (end, seen)
  }

  /// The offset after the first newline from `offset` on, of what is still there; the end if there is none.
  func lineEnd(from offset: UInt64) throws(LostByte) -> (offset: UInt64, hasNewline: Bool) {
    var position = firstAvailable(from: offset)
    let end = available.upperBound
    while position < end {
      let piece = unsafe try bytes(of: position..<end)
      if let found = unsafe InputReader.newlineIndex(in: piece, from: 0) {
        return (position + UInt64(found) + 1, true)
      }
      position += UInt64(piece.count)
    }
    return (end, false)
  }

  /// Number of newlines in a range.
  func newlines(in range: Range<UInt64>) throws(LostByte) -> UInt64 {
    var count: UInt64 = 0
    let first = firstAvailable(from: range.lowerBound)
    guard first < range.upperBound else { return 0 }
    unsafe try forEachPiece(of: first..<range.upperBound) { piece throws(LostByte) in
      for index in 0..<piece.count {
        count &+= unsafe piece[index] == InputReader.newline ? 1 : 0
      }
      return true
    }
    return count
  }

  /// The index of the first newline from `start` on.
  @inline(__always)
  static func newlineIndex(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress else { return nil }
    guard let found = unsafe memchr(base + start, Int32(newline), bytes.count - start) else {
      return nil
    }
    return unsafe UnsafeRawPointer(found) - base
  }
}
