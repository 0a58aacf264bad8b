import CFaultGuard
import SystemPackage

/// A mapping whose addresses the fault guard watches. It stops being watched before it is unmapped,
/// so that the guard never acts on addresses that belong to somebody else by then.
struct WatchedMapping: ~Copyable, Sendable {
  private var slot: CInt
  private var mapping: Mapping

  /// Watches `mapping` for as long as this value lives.
  ///
  /// - Parameter isWritten: Whether pages that take the place of lost ones must be writable.
  init(
    _ mapping: consuming Mapping, of backing: Backing, isWritten: Bool = false
  ) throws(MappingError) {
    slot = unsafe fault_guard_watch(mapping.base, UInt64(mapping.byteCount), isWritten ? 1 : 0)
    guard slot >= 0 else {
      throw slot == FAULT_GUARD_NO_SLOT
        ? backing.error(.tooManyViews)
        : MappingError(Errno(rawValue: -slot - 1), .sigaction, backing.path)
    }
    self.mapping = mapping
  }

  // Runs before the fields end, and with them the mapping.
  deinit { if slot >= 0 { fault_guard_unwatch(slot) } }

  /// Stops watching and unmaps.
  mutating func unmap() throws(Errno) {
    fault_guard_unwatch(slot)
    slot = -1
    try mapping.unmap()
  }

  /// Gives the addresses up without unmapping a part of them, which may be somebody else's by now.
  ///
  /// - Parameter part: In bytes from the start of the range; multiples of the page size.
  mutating func abandon(_ part: Range<Int>) {
    fault_guard_unwatch(slot)
    slot = -1
    mapping.abandon(part)
  }

  /// Whether the addresses are still this value's.
  var isOwned: Bool { slot >= 0 }

  var base: UnsafeMutableRawPointer { unsafe mapping.base }

  /// The lowest address that failed, in bytes from the start of the range; nil if none did.
  var fault: UInt64? {
    guard isOwned else { return nil }
    let offset = fault_guard_fault(slot)
    return offset == .max ? nil : offset
  }

  /// Forgets a fault; the range has been mapped anew.
  ///
  /// - Parameters:
  ///   - start: From where on the range shows the file, in bytes from its start.
  ///   - place: Which byte of the file is there.
  func show(_ backing: Backing, from start: UInt64, place: UInt64) {
    fault_guard_show(slot, backing.descriptor, start, place)
  }

  /// The same where nothing of a file is shown any more.
  func showNothing() { fault_guard_show(slot, -1, 0, 0) }
}

/// How many times since its start this process touched a mapped page that had nothing behind it.
public func faultSignalCount() -> UInt64 { fault_guard_signal_count() }
