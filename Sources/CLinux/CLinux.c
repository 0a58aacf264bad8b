#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <errno.h>
#include <linux/fs.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

const int linux_o_tmpfile = O_TMPFILE;
const int linux_o_path = O_PATH;
const int linux_populate_read = MADV_POPULATE_READ;
const int linux_populate_write = MADV_POPULATE_WRITE;
const int linux_seek_data = SEEK_DATA;
const int linux_seek_hole = SEEK_HOLE;
const int linux_falloc_keep_size = FALLOC_FL_KEEP_SIZE;

int linux_memory(const char *name) { return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }

int linux_seal_size(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

int linux_allocate(int descriptor, int mode, int64_t offset, int64_t byte_count) {
  return fallocate(descriptor, mode, offset, byte_count);
}

int linux_begin_writing(int descriptor, int64_t offset, int64_t byte_count) {
  return sync_file_range(descriptor, offset, byte_count, SYNC_FILE_RANGE_WRITE);
}

int linux_count_cached_pages(int descriptor, uint64_t offset, uint64_t byte_count, uint64_t *page_count) {
  // C libraries name neither the call nor its types before glibc 2.40.
  struct { uint64_t offset, byte_count; } range = {offset, byte_count};
  struct { uint64_t cached, dirty, under_writeback, evicted, recently_evicted; } pages;
  if (syscall(451, descriptor, &range, &pages, 0) != 0) return -1;
  *page_count = pages.cached;
  return 0;
}

int linux_needs_device(int descriptor, uint64_t offset) {
  char byte;
  struct iovec one = {&byte, 1};
  return preadv2(descriptor, &one, 1, (off_t)offset, RWF_NOWAIT) < 0 && errno == EAGAIN;
}

int linux_refresh_status(int descriptor) {
  struct statx found;
  return statx(descriptor, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &found);
}

int linux_block_device_size(int descriptor, uint64_t *byte_count) {
  return ioctl(descriptor, BLKGETSIZE64, byte_count);
}

int linux_lock_file(int descriptor, int waits) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  return fcntl(descriptor, waits ? F_OFD_SETLKW : F_OFD_SETLK, &whole);
}

int linux_limit_heaps(int count) {
#ifdef M_ARENA_MAX
  return mallopt(M_ARENA_MAX, count);
#else
  return 0;
#endif
}

int linux_return_memory(int mapped_byte_count, int kept_byte_count) {
#ifdef M_MMAP_THRESHOLD
  return mallopt(M_MMAP_THRESHOLD, mapped_byte_count) & mallopt(M_TRIM_THRESHOLD, kept_byte_count);
#else
  return 0;
#endif
}

static int argument_count;
static char *const *arguments;

// The C library hands what `main` gets to constructors, too.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
}

int linux_argument_count(void) { return argument_count; }

char *const *linux_arguments(void) { return arguments; }
