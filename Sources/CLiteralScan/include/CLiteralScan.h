#ifndef CLITERALSCAN_H
#define CLITERALSCAN_H

#include <stddef.h>
#include <stdint.h>

/// Which of eight buckets a byte may belong to, at each of three neighbouring places, by its two nibbles.
/// A bucket's bit is set in a table if one of its strings has such a nibble there.
struct literal_scan_masks {
  uint8_t low[3][16];
  uint8_t high[3][16];
};

/// Whether this processor has the instructions that the scan needs.
int literal_scan_is_available(void);

/// Finds the first place in [start, end) at which three neighbouring bytes fit a bucket.
///
/// The bytes up to base + end + 1 are read as the second and third of a place, so the caller gives as `end`
/// at most two less than the number of readable bytes.
///
/// Returns the place, and in `buckets` the bits of the buckets that fit there; `end` if there is none.
size_t literal_scan_find(const struct literal_scan_masks *masks, const uint8_t *base, size_t start, size_t end,
                         uint8_t *buckets);

/// Two bytes of a string, and how far behind its start they stand.
struct literal_scan_pair {
  size_t first_at;
  size_t second_at;
  uint8_t first;
  uint8_t second;
  /// What is set in a byte of the text before it is compared: 0x20 if the case of a letter does not matter.
  uint8_t first_fold;
  uint8_t second_fold;
};

/// How many blocks of 64 starts, from `start` on, have none where both bytes stand. Only to be called if
/// literal_scan_is_available().
///
/// The blocks are readable, and so are as many bytes from `first_at` and from `second_at` on.
///
/// If `newlines` is not NULL, the number of newlines in those blocks is added to it.
size_t literal_scan_skip(const struct literal_scan_pair *pair, const uint8_t *start, size_t block_count,
                         uint64_t *newlines);

/// Keys of four bytes, each with a bit.
struct literal_scan_keys {
  const uint64_t *bits;
  /// By how much a hash is shifted to be the number of a bit.
  uint32_t shift;
  /// What is set in every key, so that both cases of a letter are one.
  uint32_t fold;
};

/// The key at four bytes.
static inline uint32_t literal_scan_key(const struct literal_scan_keys *keys, const uint8_t *place) {
  return ((uint32_t)place[0] | (uint32_t)place[1] << 8 | (uint32_t)place[2] << 16 | (uint32_t)place[3] << 24) |
         keys->fold;
}

static inline uint32_t literal_scan_hash(uint32_t key) { return key * 0x9e3779b1u; }

/// Finds the first place in [start, end) whose key has a bit, which a few others have, too.
///
/// The bytes up to base + end + 2 are read. Returns `end` if there is none.
size_t literal_scan_find_key(const struct literal_scan_keys *keys, const uint8_t *base, size_t start, size_t end);

#endif
