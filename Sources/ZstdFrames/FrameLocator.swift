import FileMapping
public import ScanEngine

/// Finds the frame from which to decode, by headers alone.
///
/// Over frames that do not declare the size of their content it cannot pass: what comes after such a frame
/// has to be decoded from there.
public struct FrameLocator: Analyzer {
  /// What is looked for.
  public enum Target: Equatable, Sendable {
    /// The frame that holds a byte of content.
    case content(offset: UInt64)
    /// The frame with an index, skippable ones counted.
    case frame(index: UInt64)
  }

  /// The largest offset of content that can be.
  private static let contentLimit = UInt64(Int64.max)

  private let target: Target
  private var walk = FrameWalk(listLimit: 0, isListening: true)
  private var position = FramePosition()
  public private(set) var isSettled = false

  /// - Parameter start: Where the input begins.
  public init(_ target: Target, from start: UInt64 = 0) {
    self.target = target
    position.offset = start
  }

  public mutating func update(_ tile: borrowing Tile) {
    guard !isSettled else { return }
    walk.update(tile)
    for frame in walk.takeListing() where !isSettled { pass(frame) }
    isSettled = isSettled || walk.isSettled
  }

  private mutating func pass(_ frame: Frame) {
    var end = position.contentOffset
    if let header = frame.header {
      if case .content = target {
        // What says that it has more than there can be does not say how much it has.
        guard let count = header.contentByteCount, count <= Self.contentLimit - end else {
          isSettled = true
          return
        }
        end += count
      }
    }
    switch target {
    case .content(let offset): isSettled = offset < end
    case .frame(let index): isSettled = frame.index >= index
    }
    guard !isSettled else { return }
    position = FramePosition(
      index: frame.index + 1, offset: frame.offset + frame.byteCount, contentOffset: end)
  }

  /// Where to begin: the last frame at or before the target that can be told without decoding; the end
  /// of the last whole frame if the target is not there. Its ``FramePosition/contentOffset`` is zero if a
  /// frame was looked for, since not all of them say how much they hold.
  public consuming func finalize() -> FramePosition { position }
}

extension FrameLocator {
  /// Goes over the headers of a file.
  ///
  /// - Parameter source: A file, since a stream cannot be read again from where this ends.
  /// - Returns: The first frame if the file changed meanwhile; who decodes it will notice that too.
  /// - Throws: `ScanError`, also if a byte cannot be read, which may be otherwise the next time.
  public func position(
    in source: Source, control: ScanControl = ScanControl()
  ) throws(ScanError) -> FramePosition {
    precondition(source.access != .stream)
    var scan = Scan()
    let ticket = scan.add(self, label: "frames")
    let report = try scan.run(over: source, control: control)
    if case .faulted(let offset, _) = report.outcome {
      throw .mapping(
        MappingError(.faulted(offset: FileOffset(offset)), operation: .pread, path: source.path))
    }
    return report[ticket] ?? FramePosition(offset: source.start)
  }
}
