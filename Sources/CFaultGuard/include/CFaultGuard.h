// Lets a process survive reading mapped memory whose file shrank or cannot be read.
//
// The kernel answers such a read with SIGBUS. The handler here replaces the rest of the watched range,
// from the page that failed to the range's end, with private zero pages, notes where it happened,
// and returns: the read goes on, on zeros. Whoever reads asks afterwards and throws the work away.
// If the file became shorter, the zeros begin where it ends now. So a range costs one signal, not one for
// each of its pages, in whatever order they are read.
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

/// Says which file a watched range shows, and forgets faults. Call it when the range has been mapped anew,
/// before anybody reads it.
///
/// `descriptor` stays open until the next call, or until the range is watched no more; -1 if nothing is shown.
/// `shown` counts bytes from the range's base; from there on it shows the file from its byte `place` on.
void fault_guard_show(int slot, int descriptor, uint64_t shown, uint64_t place);

/// The lowest byte, counted from the range's base, that was lost since the range was shown: where the file ends
/// now, to the page, or the byte that was read. FAULT_GUARD_NO_FAULT if none was.
uint64_t fault_guard_fault(int slot);

/// How many signals the handler has taken since the process began.
uint64_t fault_guard_signal_count(void);

#endif
