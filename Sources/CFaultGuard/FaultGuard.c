#define _GNU_SOURCE
#include "CFaultGuard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// The handler may look at a slot while another thread gives it a new range. `version` is odd while a
// slot changes; the handler takes base and length only if it was even and the same before and after. The
// slot that it is after never changes meanwhile, since its range is being read.
struct slot {
  _Atomic uint64_t version;
  _Atomic uintptr_t base;
  _Atomic uint64_t length;
  _Atomic int writable;
  _Atomic int descriptor;  // of the file that is shown; -1 while none is
  _Atomic uint64_t shown;  // where the file's bytes begin, counted from base
  _Atomic uint64_t place;  // which byte of the file is there
  _Atomic int taken;
  _Atomic uint64_t fault;
};

static struct slot slots[FAULT_GUARD_SLOT_COUNT];
static _Atomic int used_slots;  // slots at and above this were never taken
static _Atomic uint64_t signal_count;
static struct sigaction previous;
static uintptr_t page_mask;  // read before the handler is installed: sysconf is not signal safe
static int install_error;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

// Mappings of a page each that are given up where the system allows no more, so that zeros have room. Shared ones are
// never merged.
#define SPARE_COUNT 4
static _Atomic uintptr_t spares[SPARE_COUNT];

static _Atomic int was_passed_on;  // to a handler that wants to be called once

// Returning makes the instruction fault again, now with the default action. A signal that somebody
// sent, or that tells of memory that nobody reads yet, comes but once, so it is sent again; it arrives
// when the handler returns.
static void die_of(int signal, siginfo_t *info) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigemptyset(&standard.sa_mask);
  sigaction(signal, &standard, NULL);
  int comes_once = info->si_code <= 0;
#ifdef BUS_MCEERR_AO
  comes_once |= info->si_code == BUS_MCEERR_AO;
#endif
  if (comes_once) raise(signal);
}

// Does what the kernel would have done without this handler.
static void pass_on(int signal, siginfo_t *info, void *context) {
  // These two mean what they mean whatever the flags are.
  if (previous.sa_handler == SIG_IGN) {
    // What somebody sent is dropped; a fault cannot be ignored.
    if (info->si_code > 0) die_of(signal, info);
  } else if (previous.sa_handler == SIG_DFL) {
    die_of(signal, info);
  } else if ((previous.sa_flags & SA_RESETHAND) && atomic_exchange(&was_passed_on, 1)) {
    die_of(signal, info);
  } else if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
  } else {
    previous.sa_handler(signal);
  }
}

// The page at which the zeros begin when `page` is missing: the first one that the file lost, which comes before `page` if
// whoever reads did not begin with it. Otherwise that one would cost a signal of its own.
static uintptr_t first_lost_page(struct slot *slot, uintptr_t base, uintptr_t page) {
  int descriptor = atomic_load_explicit(&slot->descriptor, memory_order_relaxed);
  uintptr_t start = base + atomic_load_explicit(&slot->shown, memory_order_relaxed);
  uint64_t place = atomic_load_explicit(&slot->place, memory_order_relaxed);
  struct stat now;
  // Devices have no size. A page of a file that still reaches to it failed for itself.
  if (descriptor < 0 || page <= start || fstat(descriptor, &now) != 0 || !S_ISREG(now.st_mode)) return page;
  uint64_t kept = (uint64_t)now.st_size > place ? (uint64_t)now.st_size - place : 0;
  if (kept >= page - start) return page;
  return (start + kept + ~page_mask) & page_mask;
}

// Gives up a spare mapping. Returns whether there was one.
static int give_up_spare(void) {
  for (int i = 0; i < SPARE_COUNT; i++) {
    uintptr_t spare = atomic_exchange_explicit(&spares[i], 0, memory_order_relaxed);
    if (spare != 0) return munmap((void *)spare, -page_mask) == 0;
  }
  return 0;
}

// Makes those anew that were given up, if the system allows more by now.
static void keep_spares(void) {
  for (int i = 0; i < SPARE_COUNT; i++) {
    if (atomic_load_explicit(&spares[i], memory_order_relaxed) != 0) continue;
    void *spare = mmap(NULL, -page_mask, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (spare == MAP_FAILED) return;
    uintptr_t none = 0;
    if (!atomic_compare_exchange_strong_explicit(&spares[i], &none, (uintptr_t)spare, memory_order_relaxed,
                                                 memory_order_relaxed)) {
      munmap(spare, -page_mask);
    }
  }
}

static void on_bus_error(int signal, siginfo_t *info, void *context) {
  int saved_errno = errno;
  uintptr_t address = (uintptr_t)info->si_addr;
  // Only the kernel's own signals have an address; others are sent by processes.
  int count = info->si_code > 0 ? atomic_load_explicit(&used_slots, memory_order_acquire) : 0;
  for (int i = 0; i < count; i++) {
    struct slot *slot = &slots[i];
    uint64_t version = atomic_load_explicit(&slot->version, memory_order_acquire);
    uint64_t length = atomic_load_explicit(&slot->length, memory_order_relaxed);
    uintptr_t base = atomic_load_explicit(&slot->base, memory_order_relaxed);
    atomic_thread_fence(memory_order_acquire);
    if (version % 2 != 0 || atomic_load_explicit(&slot->version, memory_order_relaxed) != version) {
      continue;
    }
    if (length == 0 || address < base || address - base >= length) continue;

    uintptr_t page = first_lost_page(slot, base, address & page_mask);
    int protection = PROT_READ;
    if (atomic_load_explicit(&slot->writable, memory_order_relaxed)) protection |= PROT_WRITE;
    void *zeros;
    do {
      zeros = mmap((void *)page, length - (page - base), protection,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    } while (zeros == MAP_FAILED && errno == ENOMEM && give_up_spare());
    if (zeros == MAP_FAILED) break;
    uint64_t offset = (page < (address & page_mask) ? page : address) - base;
    uint64_t known = atomic_load_explicit(&slot->fault, memory_order_relaxed);
    while (offset < known &&
           !atomic_compare_exchange_weak_explicit(&slot->fault, &known, offset,
                                                  memory_order_release, memory_order_relaxed)) {
    }
    atomic_fetch_add_explicit(&signal_count, 1, memory_order_relaxed);
    errno = saved_errno;
    return;
  }
  errno = saved_errno;
  pass_on(signal, info, context);
}

static void install(void) {
  page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGBUS, &action, &previous) != 0) install_error = errno;
}

// Called by the one thread that has taken the slot.
static void set_range(struct slot *slot, uintptr_t base, uint64_t length, int writable) {
  atomic_fetch_add_explicit(&slot->version, 1, memory_order_acq_rel);
  atomic_thread_fence(memory_order_release);
  atomic_store_explicit(&slot->base, base, memory_order_relaxed);
  atomic_store_explicit(&slot->length, length, memory_order_relaxed);
  atomic_store_explicit(&slot->writable, writable, memory_order_relaxed);
  atomic_store_explicit(&slot->descriptor, -1, memory_order_relaxed);
  atomic_store_explicit(&slot->fault, FAULT_GUARD_NO_FAULT, memory_order_relaxed);
  atomic_fetch_add_explicit(&slot->version, 1, memory_order_release);
}

int fault_guard_watch(const void *base, uint64_t length, int keep_write) {
  pthread_once(&installed, install);
  if (install_error != 0) return -install_error - 1;

  static _Atomic int next;
  int start = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
  for (int tried = 0; tried < FAULT_GUARD_SLOT_COUNT; tried++) {
    // Low slots first, so that the handler has few to look at.
    int index = tried < 64 ? tried : (int)(((unsigned)start + (unsigned)tried) % FAULT_GUARD_SLOT_COUNT);
    struct slot *slot = &slots[index];
    int taken = 0;
    if (!atomic_compare_exchange_strong_explicit(&slot->taken, &taken, 1, memory_order_acquire,
                                                 memory_order_relaxed)) {
      continue;
    }
    int used = atomic_load_explicit(&used_slots, memory_order_relaxed);
    while (used <= index &&
           !atomic_compare_exchange_weak_explicit(&used_slots, &used, index + 1,
                                                  memory_order_release, memory_order_relaxed)) {
    }
    set_range(slot, (uintptr_t)base, length, keep_write);
    return index;
  }
  return FAULT_GUARD_NO_SLOT;
}

void fault_guard_unwatch(int slot) {
  set_range(&slots[slot], 0, 0, 0);
  atomic_store_explicit(&slots[slot].taken, 0, memory_order_release);
}

uint64_t fault_guard_fault(int slot) {
  return atomic_load_explicit(&slots[slot].fault, memory_order_acquire);
}

void fault_guard_show(int slot, int descriptor, uint64_t shown, uint64_t place) {
  if (descriptor >= 0) keep_spares();
  // Nobody reads the range meanwhile, so the handler does not look at it.
  atomic_store_explicit(&slots[slot].descriptor, descriptor, memory_order_relaxed);
  atomic_store_explicit(&slots[slot].shown, shown, memory_order_relaxed);
  atomic_store_explicit(&slots[slot].place, place, memory_order_relaxed);
  atomic_store_explicit(&slots[slot].fault, FAULT_GUARD_NO_FAULT, memory_order_release);
}

uint64_t fault_guard_signal_count(void) {
  return atomic_load_explicit(&signal_count, memory_order_relaxed);
}
