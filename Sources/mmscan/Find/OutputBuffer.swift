/// What is to be printed, collected until it pays to write it.
///
/// What cannot be written is dropped; ``failure`` tells. Used by one thread at a time.
@safe final class OutputBuffer: @unchecked Sendable {
  // SAFETY: whoever is handed listings uses it while a scan runs, and the main thread before and after.
  private let room: UnsafeMutableRawBufferPointer
  /// How many bytes are waiting.
  private var count = 0
  private var flushedByteCount: UInt64 = 0
  /// Why something could not be written; nil if everything was.
  private(set) var failure: CommandError?

  private static let capacity = 1 << 20
  private let flushesLines: Bool

  /// - Parameter flushesLines: Whether each line is written for itself.
  init(flushesLines: Bool = false) {
    self.flushesLines = flushesLines
    unsafe room = .allocate(byteCount: OutputBuffer.capacity, alignment: 64)
  }

  deinit { unsafe room.deallocate() }

  /// Number of bytes that were printed so far.
  var byteCount: UInt64 { flushedByteCount + UInt64(count) }

  func append(_ byte: UInt8) {
    if count == OutputBuffer.capacity { flush() }
    unsafe room[count] = byte
    count += 1
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    var taken = 0
    while taken < bytes.count {
      if count == OutputBuffer.capacity { flush() }
      let part = min(bytes.count - taken, OutputBuffer.capacity - count)
      unsafe memcpy(room.baseAddress! + count, base + taken, part)
      count += part
      taken += part
    }
  }

  func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  func append(_ text: StaticString) {
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  func append(text: String) { append(Array(text.utf8)) }

  /// - Parameter width: How many bytes to fill at the least, with spaces in front.
  func append(decimal value: UInt64, width: Int = 0) {
    reserve(20)
    var digitCount = 1
    var power: UInt64 = 10
    while value >= power {
      digitCount += 1
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { break }
      power = next
    }
    if digitCount < width {
      reserve(width)
      for _ in digitCount..<width {
        unsafe room[count] = UInt8(ascii: " ")
        count += 1
      }
    }
    var rest = value
    for index in stride(from: count + digitCount - 1, through: count, by: -1) {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe room[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    count += digitCount
  }

  /// Makes sure that so many bytes can be appended, and taken back by ``truncate(to:)``.
  ///
  /// - Returns: How many bytes are waiting.
  @discardableResult
  func reserve(_ byteCount: Int) -> Int {
    precondition(byteCount <= OutputBuffer.capacity)
    if OutputBuffer.capacity - count < byteCount { flush() }
    return count
  }

  /// Takes back what was appended since ``reserve(_:)`` said so many bytes were waiting.
  func truncate(to count: Int) { self.count = count }

  /// Takes out what is waiting.
  func take() -> [UInt8] {
    defer { count = 0 }
    // SAFETY: the first `count` bytes were appended.
    return unsafe Array(room[..<count])
  }

  /// Writes what is waiting.
  func flush() {
    guard count > 0 else { return }
    flushedByteCount += UInt64(count)
    // SAFETY: the first `count` bytes were appended.
    let waiting = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room[..<count]))
    var start = 0
    while start < count, failure == nil {
      var end = count
      if flushesLines {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: room[start..<count])
        end = unsafe InputReader.newlineIndex(in: rest, from: 0).map { start + $0 + 1 } ?? count
      }
      do throws(CommandError) {
        try StandardOutput.write(waiting.extracting(start..<end))
      } catch { failure = error }
      start = end
    }
    count = 0
  }
}
