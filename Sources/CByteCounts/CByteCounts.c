// How often each value occurs. In C, because the loop needs a table on the stack that nobody checks bounds of.

#include "CByteCounts.h"

#include <string.h>

static inline uint64_t word_at(const uint8_t *place) {
  uint64_t word;
  memcpy(&word, place, sizeof word);
  return word;
}

// A count that was just stored cannot be loaded again at once. Equal neighbours are frequent, so each of eight has
// a table of its own.
static void add_few(const uint8_t *bytes, size_t byte_count, uint64_t *counts) {
  uint32_t tables[8][256];
  memset(tables, 0, sizeof tables);
  size_t place = 0;
  while (byte_count - place >= 64) {
    uint64_t first = word_at(bytes + place);
    uint64_t differences = 0;
    // Runs of one value, of zeros above all, need no look at each byte.
    if (first == (first << 8 | first >> 56)) {
      for (int i = 8; i < 64; i += 8) differences |= first ^ word_at(bytes + place + i);
      if (differences == 0) {
        tables[0][first & 0xff] += 64;
        place += 64;
        continue;
      }
    }
    for (size_t end = place + 64; place < end; place += 16) {
      uint64_t word = word_at(bytes + place), next = word_at(bytes + place + 8);
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) tables[i][(uint8_t)(word >> 8 * i)]++;
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) tables[i][(uint8_t)(next >> 8 * i)]++;
    }
  }
  for (; place < byte_count; place++) tables[0][bytes[place]]++;
  for (int value = 0; value < 256; value++) {
    uint64_t sum = 0;
    for (int i = 0; i < 8; i++) sum += tables[i][value];
    counts[value] += sum;
  }
}

void byte_counts_add(const uint8_t *bytes, size_t byte_count, uint64_t *counts) {
  // Less than what the counts of a table can hold.
  const size_t most = (size_t)1 << 30;
  for (; byte_count > most; bytes += most, byte_count -= most) add_few(bytes, most, counts);
  add_few(bytes, byte_count, counts);
}
