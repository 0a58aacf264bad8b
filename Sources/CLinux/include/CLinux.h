// What Linux offers beyond POSIX and Swift's C library module does not show. No logic: constants and
// prototypes as the C library has them.

#ifndef MMSCAN_CLINUX_H
#define MMSCAN_CLINUX_H

#include <stdint.h>
#include <sys/vfs.h>

/// For `open`: a file without a name.
extern const int linux_o_tmpfile;
/// For `open`: a descriptor that names a file but cannot read or write it.
extern const int linux_o_path;
/// For `madvise`: bring the pages of a range into memory and map them, for reading or for writing.
extern const int linux_populate_read, linux_populate_write;
/// For `lseek`: the next byte that is not in a hole; the next hole.
extern const int linux_seek_data, linux_seek_hole;
/// For `fallocate`: do not move the end of the file.
extern const int linux_falloc_keep_size;

/// `memfd_create(2)`: memory with a descriptor, closed on exec, whose size can be sealed.
int linux_memory(const char *name);

/// `fcntl(2)` with `F_ADD_SEALS`: the size stays what it is.
int linux_seal_size(int descriptor);

/// `fallocate(2)`.
int linux_allocate(int descriptor, int mode, int64_t offset, int64_t byte_count);

/// `sync_file_range(2)`: begins to write the range's dirty pages and does not wait for it.
int linux_begin_writing(int descriptor, int64_t offset, int64_t byte_count);

/// `cachestat(2)`, since Linux 6.5: how many pages of a range are in memory. overlayfs counts none, since they belong to
/// the files below.
int linux_count_cached_pages(int descriptor, uint64_t offset, uint64_t byte_count, uint64_t *page_count);

/// `preadv2(2)` with `RWF_NOWAIT`: whether a byte cannot be read without the device. A file system that does not know
/// says that it can.
int linux_needs_device(int descriptor, uint64_t offset);

/// `statx(2)` with `AT_STATX_FORCE_SYNC`: has the file system ask whoever keeps the file what it is now. What `fstat(2)`
/// tells of files of other machines may be seconds old.
int linux_refresh_status(int descriptor);

/// `ioctl(2)` with `BLKGETSIZE64`: how many bytes a block device has.
int linux_block_device_size(int descriptor, uint64_t *byte_count);

/// `fcntl(2)` with `F_OFD_SETLK` or, if `waits`, `F_OFD_SETLKW`: locks the whole file for writing until
/// the open file that the descriptor belongs to is closed.
int linux_lock_file(int descriptor, int waits);

/// `mallopt(3)` with `M_ARENA_MAX`: how many heaps threads share. Each but the first takes 64 MiB of addresses.
int linux_limit_heaps(int count);

/// `mallopt(3)` with `M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD`: blocks of at least `mapped_byte_count` are mappings of their
/// own, which the system has back when they are freed, and a heap keeps `kept_byte_count` that are free at its end. Left to
/// itself, glibc keeps blocks of up to 32 MiB in each heap once one was freed.
int linux_return_memory(int mapped_byte_count, int kept_byte_count);

/// The arguments of the process, as `main` has them: Swift looks them up in /proc, which need not be there.
int linux_argument_count(void);
char *const *linux_arguments(void);

#endif
