import CFaultGuard
import SystemPackage

/// A mapping whose addresses the fault guard watches. It stops being watched before it is unmapped,
/// so that the guard never acts on addresses that belong to somebody else by then.
struct WatchedMapping: ~Copyable, Sendable {
  private let slot: CInt
  private let mapping: Mapping

  /// Watches `mapping` for as long as this value lives.
  init(_ mapping: consuming Mapping, of object: MappingObject) throws(MappingError) {
    slot = unsafe fault_guard_watch(mapping.base, UInt64(mapping.byteCount), 0)
    guard slot >= 0 else {
      throw slot == FAULT_GUARD_NO_SLOT
        ? object.error(.tooManyViews)
        : MappingError(Errno(rawValue: -slot - 1), .sigaction, object.path)
    }
    self.mapping = mapping
  }

  // Runs before the fields end, and with them the mapping.
  deinit { fault_guard_unwatch(slot) }

  var base: UnsafeMutableRawPointer { unsafe mapping.base }

  /// The lowest address that failed, in bytes from the start of the range; nil if none did.
  var fault: UInt64? {
    let offset = fault_guard_fault(slot)
    return offset == .max ? nil : offset
  }

  /// Forgets a fault; the range has been mapped anew.
  func clear() { fault_guard_clear(slot) }
}

/// How many times since its start this process read a mapped page that had nothing behind it.
public func faultSignalCount() -> UInt64 { fault_guard_signal_count() }
