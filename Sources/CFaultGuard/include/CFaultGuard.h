// Lets a process survive reading mapped memory whose file shrank or cannot be read.
//
// The kernel answers such a read with SIGBUS. The handler here replaces the rest of the watched range,
// from the page that failed to the range's end, with private zero pages, notes where it happened,
// and returns: the read goes on, on zeros. Whoever reads asks afterwards and throws the work away.
// A range costs one signal, not one for each of its pages.
//
// Addresses outside watched ranges go to whatever handled SIGBUS before, so real faults of the
// program still end it as they should.

#ifndef MMSCAN_CFAULTGUARD_H
#define MMSCAN_CFAULTGUARD_H

#include <stdint.h>

#define FAULT_GUARD_SLOT_COUNT 65536

/// Returned by fault_guard_watch when every slot is taken.
#define FAULT_GUARD_NO_SLOT (-1)

/// What fault_guard_fault answers when nothing faulted.
#define FAULT_GUARD_NO_FAULT UINT64_MAX

/// Starts watching [base, base + length), both multiples of the page size. Installs the handler the
/// first time. `keep_write` says that substituted pages must be writable.
///
/// Returns a slot number, FAULT_GUARD_NO_SLOT, or -errno - 1 if the handler cannot be installed.
int fault_guard_watch(const void *base, uint64_t length, int keep_write);

/// Stops watching. Call it after the last access to the range.
void fault_guard_unwatch(int slot);

/// The lowest byte, counted from the range's base, at which a page failed since the last clear:
/// FAULT_GUARD_NO_FAULT if none did.
uint64_t fault_guard_fault(int slot);

/// Forgets a fault. Call it when the range has been mapped anew.
void fault_guard_clear(int slot);

/// How many signals the handler has taken since the process began.
uint64_t fault_guard_signal_count(void);

#endif
