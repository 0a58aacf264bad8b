import Dispatch
import FileMapping
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What could not be read of a file and is skipped: shared by all who read it, so that none of them waits for a
/// failing device a second time.
final class SkippedBlocks: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.skipped")
  private let range: Range<UInt64>
  private let control: ScanControl
  /// Ascending and apart.
  private var ranges: [Range<UInt64>] = []
  private var reasons: [UInt64: String] = [:]

  /// Devices fail in blocks of this many bytes, or of fewer.
  private static let blockByteCount: UInt64 = 4096

  /// - Parameter range: What is read of the file.
  init(_ range: Range<UInt64>, control: ScanControl) {
    (self.range, self.control) = (range, control)
  }

  /// Skips the block that holds an offset.
  ///
  /// - Returns: The block; nil if that would not help: the device is gone, or nobody wants the bytes any more.
  func skip(at offset: UInt64, because error: MappingError) -> Range<UInt64>? {
    guard !control.isStopped, case .system(let number) = error.reason,
      Self.skippable.contains(number)
    else { return nil }
    let start = offset - offset % Self.blockByteCount
    let block = (start..<start + Self.blockByteCount).clamped(to: range)
    queue.sync { insert(block, error.sentence) }
    return block
  }

  /// Errors that are about some bytes, not about the file as a whole.
  private static let skippable: [Errno] = [
    .ioError, .noData, .badMessage, .illegalByteSequence, .timedOut, Errno(rawValue: EUCLEAN),
  ]

  private func insert(_ block: Range<UInt64>, _ reason: String) {
    let index = index(after: block.lowerBound)
    if index > 0, ranges[index - 1].upperBound >= block.upperBound { return }
    let joinsLeft = index > 0 && ranges[index - 1].upperBound == block.lowerBound
    let joinsRight = index < ranges.count && ranges[index].lowerBound == block.upperBound
    let start = joinsLeft ? ranges[index - 1].lowerBound : block.lowerBound
    let end = joinsRight ? ranges[index].upperBound : block.upperBound
    ranges.replaceSubrange(
      (joinsLeft ? index - 1 : index)..<(joinsRight ? index + 1 : index), with: [start..<end])
    if reasons.count < UnreadableBytes.listLimit { reasons[block.lowerBound] = reason }
  }

  /// The index of the first range that starts after an offset.
  private func index(after offset: UInt64) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first range that ends after an offset; nil if there is none.
  func first(after offset: UInt64) -> Range<UInt64>? {
    queue.sync {
      let index = index(after: offset)
      if index > 0, ranges[index - 1].upperBound > offset { return ranges[index - 1] }
      return index < ranges.count ? ranges[index] : nil
    }
  }

  /// What was skipped; nil if nothing was.
  var summary: UnreadableBytes? {
    queue.sync {
      guard let first = ranges.first else { return nil }
      let told = reasons.keys.filter { first.contains($0) }.min().flatMap { reasons[$0] }
      return UnreadableBytes(
        ranges: Array(ranges.prefix(UnreadableBytes.listLimit)), rangeCount: ranges.count,
        byteCount: ranges.reduce(0) { $0 + UInt64($1.count) },
        reason: told ?? reasons.values.first ?? "unknown")
    }
  }
}
