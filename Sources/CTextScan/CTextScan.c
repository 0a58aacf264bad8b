// What counts in text, sixty-four bytes at a time: every question becomes masks of 64 bits, one for each byte, and
// the answers are sums over masks. In C, because only here a function can have instructions that the rest of the
// program may lack.
#include "CTextScan.h"

#include <string.h>

#include "classes.h"

enum { BLOCK = 64 };

// What of a block counts: the bytes that are there.
static inline uint64_t lowest(size_t count) { return count >= BLOCK ? ~0ull : (1ull << count) - 1; }

static inline size_t lowest_bit(uint64_t mask) { return (size_t)__builtin_ctzll(mask); }

// The character that begins here, whose bytes are known to be sound.
static inline uint32_t decode(const uint8_t *p) {
  if (p[0] < 0xE0) return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
  if (p[0] < 0xF0) return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
  return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

// Where characters of two, three and four bytes begin; and of five and six, which the C library takes as well, though
// none has ever been assigned.
struct leads {
  uint64_t two, three, four, longer;
};

// How many bytes behind a block tell whether characters begin in it.
enum { REACH = 5 };

// Whether a character of five or six bytes begins here.
static inline int is_longer(const uint8_t *p) {
  int count = p[0] < 0xFC ? 5 : 6;
  for (int i = 1; i < count; i++)
    if (p[i] < 0x80 || p[i] > 0xBF) return 0;
  // Not those that fewer bytes could hold.
  return p[0] == 0xF8 ? p[1] >= 0x88 : p[0] == 0xFC ? p[1] >= 0x84 : 1;
}

// The end of an input, and what stands behind it.
struct tail {
  uint8_t bytes[2 * BLOCK + REACH];
  size_t count;
};

// Blocks before this can be read with what tells of their characters.
static inline size_t whole_blocks(const struct text_scan_input *input) {
  return input->count < BLOCK + REACH ? 0 : (input->count - REACH) / BLOCK;
}

static inline void take_tail(const struct text_scan_input *input, size_t start, struct tail *tail) {
  tail->count = input->count - start;
  memset(tail->bytes, 0, sizeof tail->bytes);
  memcpy(tail->bytes, input->bytes + start, tail->count);
  memcpy(tail->bytes + tail->count, input->after, REACH);
}

#define TARGET
#define NAME(x) x##_baseline
#if defined(__x86_64__)
#include <immintrin.h>
#define WITH_SSE2
#endif
#include "blocks.h"
#include "scans.h"
#undef TARGET
#undef NAME
#undef WITH_SSE2

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,popcnt,bmi,bmi2,lzcnt")))
#define NAME(x) x##_avx2
#define WITH_AVX2
#include "blocks.h"
#include "scans.h"
#undef TARGET
#undef NAME
#undef WITH_AVX2

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,popcnt,bmi,bmi2,lzcnt")))
#define NAME(x) x##_avx512
#define WITH_AVX512
#include "blocks.h"
#include "scans.h"
#undef TARGET
#undef NAME
#undef WITH_AVX512
#endif

enum text_scan_kernel text_scan_best_kernel(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
      return TEXT_SCAN_AVX512;
    if (__builtin_cpu_supports("avx2")) return TEXT_SCAN_AVX2;
  }
#endif
  return TEXT_SCAN_BASELINE;
}

#if defined(__x86_64__)
#define DISPATCH(function, ...)                                 \
  switch (kernel) {                                             \
    case TEXT_SCAN_AVX512: function##_avx512(__VA_ARGS__); return; \
    case TEXT_SCAN_AVX2: function##_avx2(__VA_ARGS__); return;  \
    case TEXT_SCAN_BASELINE: function##_baseline(__VA_ARGS__); \
  }
#else
#define DISPATCH(function, ...) (void)kernel, function##_baseline(__VA_ARGS__);
#endif

void text_scan_words(enum text_scan_kernel kernel, const struct text_scan_input *input,
                     struct text_scan_words *words) {
  DISPATCH(words, input, words)
}

void text_scan_characters(enum text_scan_kernel kernel, const struct text_scan_input *input,
                          struct text_scan_words *words) {
  DISPATCH(characters, input, words)
}

void text_scan_columns(enum text_scan_kernel kernel, const struct text_scan_input *input,
                       struct text_scan_columns *columns) {
  DISPATCH(columns, input, columns)
}

void text_scan_health(enum text_scan_kernel kernel, const struct text_scan_input *input,
                      struct text_scan_health *health) {
  DISPATCH(health, input, health)
}

uint32_t text_scan_first_class(const struct text_scan_input *input) {
  size_t block = 0;
  for (const size_t end = whole_blocks(input); block < end; block++) {
    struct word_masks masks = word_masks_baseline(input->bytes + BLOCK * block, input->classes);
    uint64_t any = masks.space | masks.print;
    if (any) return (masks.space >> lowest_bit(any) & 1) ? 1 : 2;
  }
  struct tail tail;
  take_tail(input, BLOCK * block, &tail);
  for (size_t place = 0; place < tail.count; place += BLOCK) {
    struct word_masks masks = word_masks_baseline(tail.bytes + place, input->classes);
    uint64_t any = (masks.space | masks.print) & lowest(tail.count - place);
    if (any) return (masks.space >> lowest_bit(any) & 1) ? 1 : 2;
  }
  return 0;
}
