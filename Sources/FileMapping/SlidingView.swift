/// A reserved range of addresses over which a window of the object moves forward, one system call a
/// move.
///
/// The range is aligned so that an address and the file offset it shows are equal modulo 2 MiB: then
/// the kernel can map the page cache's large folios with one entry each. Around the window it also
/// maps ``margin`` bytes of the file on both sides, and the page behind everything is always
/// readable, because search engines may read a few bytes past the end of a buffer.
public struct SlidingView: ~Copyable, Sendable {
  /// The largest folio worth aligning for, in bytes.
  public static let alignment = 2 << 20

  /// How many bytes of the object are also shown before and after the window, where it has them.
  public static var margin: Int { Int(MappingObject.allocationGranularity) }

  private var reserved: WatchedMapping
  /// Where a window at a multiple of 2 MiB lies, in bytes from the start of the reserved range.
  private let origin: Int
  private let backing: Backing

  /// The largest window, in bytes.
  public let capacity: Int
  /// The part of the object that ``bytes`` shows. Empty before the first move.
  public private(set) var window: Range<UInt64> = 0..<0
  /// The part of the object that is mapped: the window and the margins.
  public private(set) var mapped: Range<UInt64> = 0..<0

  /// Reserves the range; nothing of the object is mapped yet.
  ///
  /// - Parameters:
  ///   - object: What is viewed.
  ///   - capacity: The largest window, in bytes; rounded up to the granularity. Windows of less than 2 MiB
  ///     are slow: every one costs a system call and the faults of its pages.
  /// - Throws: ``MappingError`` with `.addressSpaceExhausted` or `.tooManyViews`.
  public init(over object: MappingObject, capacity: Int) throws(MappingError) {
    precondition(capacity > 0)
    let backing = object.backing
    let granularity = Int(MappingObject.allocationGranularity)
    // In front: a margin, and up to 2 MiB to reach the window's place modulo 2 MiB. Behind: a margin
    // and the page that is always readable. And 2 MiB to align the whole.
    let (front, behind) = (2 * SlidingView.alignment, SlidingView.margin + granularity)
    let surroundings = front + behind + SlidingView.alignment
    guard capacity <= Int.max - surroundings - granularity else {
      throw backing.error(.addressSpaceExhausted(byteCount: UInt64(capacity)))
    }
    let rounded = (capacity + granularity - 1) / granularity * granularity
    let byteCount = rounded + surroundings
    let base: UnsafeMutableRawPointer
    do {
      unsafe base = try backing.system.reserve(byteCount: byteCount)
    } catch {
      throw backing.mapError(error, byteCount: byteCount)
    }
    let reserved = unsafe Mapping(owning: base, byteCount: byteCount, system: backing.system)
    self.reserved = try WatchedMapping(reserved, of: backing)
    origin =
      unsafe base.alignedUp(toMultipleOf: SlidingView.alignment) - base + SlidingView.alignment
    self.backing = backing
    self.capacity = rounded
  }

  /// Where a mapped offset lies in memory.
  private func address(of offset: UInt64) -> UnsafeMutableRawPointer {
    let place = Int(window.lowerBound % UInt64(SlidingView.alignment))
    return unsafe reserved.base + origin + place + Int(Int64(offset) - Int64(window.lowerBound))
  }

  /// Where ``mapped`` begins, in bytes from the start of the reserved range.
  private var placeInReserved: UInt64 {
    unsafe UInt64(address(of: mapped.lowerBound) - reserved.base)
  }

  /// Moves the window. What it showed before is gone.
  ///
  /// - Parameters:
  ///   - offset: Where the window starts: a multiple of the granularity inside the object.
  ///   - length: Its size in bytes, at most ``capacity``; 0 for as much as there is, up to that.
  /// - Throws: ``MappingError`` as ``MappingObject/view(at:length:base:)``. The window is then empty.
  /// - Complexity: One system call.
  public mutating func move(to offset: FileOffset, length: UInt64 = 0) throws(MappingError) {
    window = 0..<0
    mapped = 0..<0
    var range = try backing.checkedRange(at: offset, length: length)
    if range.upperBound - range.lowerBound > UInt64(capacity) {
      guard length == 0 else {
        throw backing.error(.lengthBeyondEnd(requested: length, available: UInt64(capacity)))
      }
      range = range.lowerBound..<range.lowerBound + UInt64(capacity)
    }
    let margin = UInt64(SlidingView.margin)
    let start = range.lowerBound - min(range.lowerBound, margin)
    let end = range.upperBound + min(backing.size.rawValue - range.upperBound, margin)
    guard reserved.isOwned else { throw backing.error(.tooManyViews) }
    window = range
    let place = unsafe address(of: start)
    do {
      // SAFETY: the whole of start..<end lies in the reserved range by the sizes in `init`, and only
      // this value's own pages are replaced.
      try unsafe backing.system.map(
        backing.descriptor, over: place, byteCount: Int(end - start),
        offset: backing.place(of: start))
      // What was looked at may go first when memory is short: before what was read ahead.
      unsafe backing.system.hint(place, byteCount: Int(end - start), .sequential)
    } catch {
      window = 0..<0
      reserved.showNothing()
      do {
        // The system may have taken away what was there before it refused; what others map next must not come there.
        // SAFETY: as above.
        try unsafe backing.system.reserve(byteCount: Int(end - start), over: place)
      } catch {
        let first = unsafe place - reserved.base
        reserved.abandon(first..<first + Int(end - start))
      }
      throw backing.mapError(error, byteCount: Int(end - start))
    }
    mapped = start..<end
    reserved.show(backing, from: placeInReserved, place: backing.place(of: start))
  }

  /// The window's bytes.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get { span(of: window) }
  }

  /// The window's bytes and the margins': `mapped` of the object.
  public var bytesWithMargins: RawSpan {
    @_lifetime(borrow self) get { span(of: mapped) }
  }

  @_lifetime(borrow self)
  private func span(of range: Range<UInt64>) -> RawSpan {
    // SAFETY: every caller's range is mapped for as long as the window stays, and moving it needs
    // exclusive access to self, which ends every span. Pages that lose their file become zeros.
    let buffer = unsafe UnsafeRawBufferPointer(
      start: address(of: range.lowerBound), count: range.count)
    return unsafe _overrideLifetime(RawSpan(_unsafeBytes: buffer), borrowing: self)
  }

  /// The lowest offset in the object that is known to be lost since the last move, as ``MappedView/fault``;
  /// nil if all went well.
  public var fault: FileOffset? {
    guard let fault = reserved.fault else { return nil }
    return FileOffset(mapped.lowerBound + fault - min(fault, placeInReserved))
  }
}
