// The search for several strings at once that is known as Teddy (from Hyperscan; described by W. Muła and in
// the sources of the Rust crate aho-corasick): a byte's two nibbles each name the buckets it may belong to,
// sixteen or thirty-two places at a time, and a place is a candidate if three neighbouring bytes agree on a
// bucket. In C, because only here a function can have instructions that the rest of the program may lack.

#include "CLiteralScan.h"

static uint8_t buckets_at(const struct literal_scan_masks *masks, const uint8_t *place) {
  uint8_t found = 0xff;
  for (int i = 0; i < 3; i++) {
    found &= masks->low[i][place[i] & 15] & masks->high[i][place[i] >> 4];
  }
  return found;
}

static size_t find_one_by_one(const struct literal_scan_masks *masks, const uint8_t *base, size_t start, size_t end,
                              uint8_t *buckets) {
  for (size_t place = start; place < end; place++) {
    uint8_t found = buckets_at(masks, base + place);
    if (found) {
      *buckets = found;
      return place;
    }
  }
  return end;
}

static inline int has_bit(const struct literal_scan_keys *keys, const uint8_t *place) {
  uint32_t bit = literal_scan_hash(literal_scan_key(keys, place)) >> keys->shift;
  return keys->bits[bit >> 6] >> (bit & 63) & 1;
}

size_t literal_scan_find_key(const struct literal_scan_keys *keys, const uint8_t *base, size_t start, size_t end) {
  const struct literal_scan_keys local = *keys;
  size_t place = start;
  // Four places a turn: none waits for the memory of another one.
  for (; end >= 4 && place <= end - 4; place += 4) {
    const uint8_t *at = base + place;
    int first = has_bit(&local, at), second = has_bit(&local, at + 1);
    int third = has_bit(&local, at + 2), fourth = has_bit(&local, at + 3);
    if (first | second | third | fourth) {
      return place + (first ? 0 : second ? 1 : third ? 2 : 3);
    }
  }
  for (; place < end; place++) {
    if (has_bit(&local, base + place)) return place;
  }
  return end;
}

#if defined(__x86_64__)
#include <immintrin.h>

int literal_scan_is_available(void) { return __builtin_cpu_supports("avx2"); }

__attribute__((target("avx2"))) static inline __m256i fitting(__m256i bytes, __m256i low, __m256i high,
                                                              __m256i nibble) {
  __m256i of_low = _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble));
  __m256i of_high = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
  return _mm256_and_si256(of_low, of_high);
}

__attribute__((target("avx2"))) static inline __m256i table(const uint8_t *nibbles) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)nibbles));
}

__attribute__((target("avx2"))) size_t literal_scan_find(const struct literal_scan_masks *masks,
                                                         const uint8_t *base, size_t start, size_t end,
                                                         uint8_t *buckets) {
  const __m256i low0 = table(masks->low[0]), low1 = table(masks->low[1]), low2 = table(masks->low[2]);
  const __m256i high0 = table(masks->high[0]), high1 = table(masks->high[1]), high2 = table(masks->high[2]);
  const __m256i nibble = _mm256_set1_epi8(15);
  size_t place = start;
  // Two blocks a turn: one test for both costs less than waiting for each.
  for (; end >= 64 && place <= end - 64; place += 64) {
    const uint8_t *block = base + place;
    __m256i hits[2];
    for (int half = 0; half < 2; half++) {
      const uint8_t *at = block + 32 * half;
      __m256i first = fitting(_mm256_loadu_si256((const __m256i *)at), low0, high0, nibble);
      __m256i second = fitting(_mm256_loadu_si256((const __m256i *)(at + 1)), low1, high1, nibble);
      __m256i third = fitting(_mm256_loadu_si256((const __m256i *)(at + 2)), low2, high2, nibble);
      hits[half] = _mm256_and_si256(_mm256_and_si256(first, second), third);
    }
    __m256i any = _mm256_or_si256(hits[0], hits[1]);
    if (_mm256_testz_si256(any, any)) continue;
    for (int half = 0; half < 2; half++) {
      uint32_t none = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(hits[half], _mm256_setzero_si256()));
      if (~none) {
        size_t found = place + 32 * half + (size_t)__builtin_ctz(~none);
        *buckets = buckets_at(masks, base + found);
        return found;
      }
    }
  }
  return find_one_by_one(masks, base, place, end, buckets);
}

#else

int literal_scan_is_available(void) { return 0; }

size_t literal_scan_find(const struct literal_scan_masks *masks, const uint8_t *base, size_t start, size_t end,
                         uint8_t *buckets) {
  return find_one_by_one(masks, base, start, end, buckets);
}

#endif
