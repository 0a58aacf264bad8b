import Dispatch

/// Which frame holds which content, as far as an input is decoded.
///
/// Of frames without number the last ones are remembered.
public final class ContentFrames: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`.
  private let queue = DispatchQueue(label: "mmscan.content-frames")
  private var starts: [Start] = []
  /// The content that is wanted.
  private var range: Range<UInt64> = 0..<UInt64.max
  private var count: UInt64 = 0
  /// Where the content of the last frame starts, if it is not counted.
  private var lastStart: UInt64?
  private var plain = false
  private var end: UInt64 = 0
  private var failure: DecodingError?

  /// Where the content of a frame starts.
  struct Start {
    var contentOffset: UInt64
    var index: UInt64
  }

  /// How many frames are remembered, at the least.
  static var limit: Int { 1 << 20 }

  public init() {}

  /// How many zstd frames there were; of a part of the content, those that hold any of it.
  public var frameCount: UInt64 { queue.sync { count } }

  /// The index after that of the last frame that was seen, decoded or not; known when all is decoded.
  public var endIndex: UInt64 { queue.sync { end } }

  /// Why frames could not be decoded any more; nil if nothing speaks against them but what is found without
  /// decoding.
  public var decodingError: DecodingError? { queue.sync { failure } }

  /// Whether the input is no zstd file and was taken as it is.
  public var isPlain: Bool { queue.sync { plain } }

  /// The index of the frame that holds a byte of content, skippable frames counted; nil if there is none or
  /// it was forgotten.
  ///
  /// - Complexity: O(log *n*) in the number of frames.
  public func frame(at contentOffset: UInt64) -> UInt64? {
    queue.sync {
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle].contentOffset <= contentOffset { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? nil : starts[low - 1].index
    }
  }

  func begin(of range: Range<UInt64>) { queue.sync { self.range = range } }

  /// - Parameter end: Where the content ends so far.
  func append(_ new: [Start], upTo end: UInt64) {
    queue.sync {
      // How many frames are decoded behind the part that is wanted is an accident.
      for start in new where start.contentOffset < range.upperBound {
        countLast(upTo: start.contentOffset)
        lastStart = start.contentOffset
      }
      countLast(upTo: end)
      starts += new
      if starts.count > 2 * ContentFrames.limit {
        starts.removeFirst(starts.count - ContentFrames.limit)
      }
    }
  }

  /// Counts the last frame, if it holds content that is wanted, or all is.
  private func countLast(upTo end: UInt64) {
    guard let start = lastStart,
      range == 0..<UInt64.max || end > max(start, range.lowerBound)
    else { return }
    count += 1
    lastStart = nil
  }

  func noteEnd(_ index: UInt64) { queue.sync { end = index } }

  func note(_ error: DecodingError) { queue.sync { failure = error } }

  func notePlain() { queue.sync { plain = true } }
}
