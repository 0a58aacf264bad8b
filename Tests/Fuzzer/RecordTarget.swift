import ScanStates

/// Reads what another process may have left in shared memory.
func record(_ bytes: UnsafeRawBufferPointer) {
  guard let state = unsafe ScanState(record: Array(bytes)) else { return }
  // What was read can be written, and is the same then.
  precondition(ScanState(record: state.record) == state, "a state changes by being written")
}
