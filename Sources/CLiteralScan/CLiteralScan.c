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

__attribute__((target("avx2"))) static inline __m256i load(const uint8_t *place) {
  return _mm256_loadu_si256((const __m256i *)place);
}

// Where both bytes of a pair stand, of the 32 starts before which the bytes lie. Folding is the callers' constant.
__attribute__((target("avx2"), always_inline)) static inline __m256i agreement(
    const uint8_t *first, const uint8_t *second, __m256i first_wanted, __m256i second_wanted, __m256i first_fold,
    __m256i second_fold, int folds) {
  __m256i a = load(first), b = load(second);
  if (folds) {
    a = _mm256_or_si256(a, first_fold);
    b = _mm256_or_si256(b, second_fold);
  }
  return _mm256_and_si256(_mm256_cmpeq_epi8(a, first_wanted), _mm256_cmpeq_epi8(b, second_wanted));
}

__attribute__((target("avx2"), always_inline)) static inline size_t skip(const struct literal_scan_pair *pair,
                                                                         const uint8_t *start, size_t block_count,
                                                                         uint64_t *newlines, int folds) {
  const uint8_t *first = start + pair->first_at, *second = start + pair->second_at;
  const __m256i first_wanted = _mm256_set1_epi8((char)pair->first), newline = _mm256_set1_epi8('\n');
  const __m256i second_wanted = _mm256_set1_epi8((char)pair->second), zero = _mm256_setzero_si256();
  const __m256i first_fold = _mm256_set1_epi8((char)pair->first_fold);
  const __m256i second_fold = _mm256_set1_epi8((char)pair->second_fold);
  size_t i = 0;
  int has_hit = 0;
  while (i < block_count && !has_hit) {
    // A lane counts to 255 before it overflows.
    const size_t stop = newlines && block_count - i > 255 ? i + 255 : block_count;
    __m256i lanes[2] = {zero, zero};
    for (; i < stop; i++) {
      __m256i hits[2];
      for (int half = 0; half < 2; half++) {
        const size_t at = 64 * i + 32 * half;
        hits[half] = agreement(first + at, second + at, first_wanted, second_wanted, first_fold, second_fold, folds);
      }
      __m256i any = _mm256_or_si256(hits[0], hits[1]);
      if (!_mm256_testz_si256(any, any)) {
        has_hit = 1;
        break;
      }
      for (int half = 0; newlines && half < 2; half++) {
        __m256i found = _mm256_cmpeq_epi8(load(start + 64 * i + 32 * half), newline);
        lanes[half] = _mm256_sub_epi8(lanes[half], found);
      }
    }
    if (newlines) {
      uint64_t sums[4];
      __m256i sum = _mm256_add_epi64(_mm256_sad_epu8(lanes[0], zero), _mm256_sad_epu8(lanes[1], zero));
      _mm256_storeu_si256((__m256i *)sums, sum);
      *newlines += sums[0] + sums[1] + sums[2] + sums[3];
    }
  }
  return i;
}

__attribute__((target("avx2"))) size_t literal_scan_skip(const struct literal_scan_pair *pair, const uint8_t *start,
                                                         size_t block_count, uint64_t *newlines) {
  if (pair->first_fold | pair->second_fold) {
    return newlines ? skip(pair, start, block_count, newlines, 1) : skip(pair, start, block_count, 0, 1);
  }
  return newlines ? skip(pair, start, block_count, newlines, 0) : skip(pair, start, block_count, 0, 0);
}

#else

int literal_scan_is_available(void) { return 0; }

// Nobody calls it where it is not available.
size_t literal_scan_skip(const struct literal_scan_pair *pair, const uint8_t *start, size_t block_count,
                         uint64_t *newlines) {
  (void)pair, (void)start, (void)block_count, (void)newlines;
  return 0;
}

size_t literal_scan_find(const struct literal_scan_masks *masks, const uint8_t *base, size_t start, size_t end,
                         uint8_t *buckets) {
  return find_one_by_one(masks, base, start, end, buckets);
}

#endif
