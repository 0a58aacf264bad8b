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

#endif
