// BLAKE3, by the specification of J. O'Connor, J.-P. Aumasson, S. Neves and Z. Wilcox-O'Hearn (2021), sections 2.2 to
// 2.4. Vectors are those of the compiler: the same lines become SSE2, SSE4.1, AVX2, AVX-512 and NEON.
#include "CBlake3.h"

enum { BLOCK = 64, CHUNK = 1024 };
// Where bytes that are asked for ahead are kept: the second level of the cache.
enum { SECOND_LEVEL = 2 };
enum { CHUNK_START = 1, CHUNK_END = 2, PARENT = 4 };

// What a block adds to the flags, by where it stands in its input.
struct block_flags {
  uint32_t all, first, last;
};

// Section 2.2, table 1.
static const uint32_t start[4] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A};

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

#define MIX(v, a, b, c, d, x, y)        \
  v[a] += v[b] + (x);                   \
  v[d] = ROTATE(v[d] ^ v[a], 16);       \
  v[c] += v[d];                         \
  v[b] = ROTATE(v[b] ^ v[c], 12);       \
  v[a] += v[b] + (y);                   \
  v[d] = ROTATE(v[d] ^ v[a], 8);        \
  v[c] += v[d];                         \
  v[b] = ROTATE(v[b] ^ v[c], 7);

#define ROUND(v, m, a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q) \
  MIX(v, 0, 4, 8, 12, m[a], m[b])                                   \
  MIX(v, 1, 5, 9, 13, m[c], m[d])                                   \
  MIX(v, 2, 6, 10, 14, m[e], m[f])                                  \
  MIX(v, 3, 7, 11, 15, m[g], m[h])                                  \
  MIX(v, 0, 5, 10, 15, m[i], m[j])                                  \
  MIX(v, 1, 6, 11, 12, m[k], m[l])                                  \
  MIX(v, 2, 7, 8, 13, m[n], m[o])                                   \
  MIX(v, 3, 4, 9, 14, m[p], m[q])

// The words of the block change places from round to round: each line is table 2 applied to the one before.
#define ROUNDS(v, m)                                                      \
  ROUND(v, m, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)       \
  ROUND(v, m, 2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)       \
  ROUND(v, m, 3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1)       \
  ROUND(v, m, 10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6)       \
  ROUND(v, m, 12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4)       \
  ROUND(v, m, 9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7)       \
  ROUND(v, m, 11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)

void blake3_compress(const uint32_t cv[8], const uint8_t block[64], uint64_t counter, uint32_t byte_count,
                     uint32_t flags, uint32_t out[16]) {
  uint32_t m[16];
  for (int i = 0; i < 16; i++)
    m[i] = (uint32_t)block[4 * i] | (uint32_t)block[4 * i + 1] << 8 | (uint32_t)block[4 * i + 2] << 16 |
           (uint32_t)block[4 * i + 3] << 24;
  uint32_t v[16] = {cv[0],    cv[1],    cv[2],    cv[3],    cv[4], cv[5], cv[6], cv[7],
                    start[0], start[1], start[2], start[3], (uint32_t)counter, (uint32_t)(counter >> 32),
                    byte_count, flags};
  ROUNDS(v, m)
  for (int i = 0; i < 8; i++) {
    out[i] = v[i] ^ v[i + 8];
    out[i + 8] = v[i + 8] ^ cv[i];
  }
}

// The bytes of a word are loaded as the processor has them.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "needs a little-endian processor");

#define LANES 4
#define TARGET
#define NAME(x) x##_baseline
#include "lanes.h"

#if defined(__x86_64__)
#define LANES 4
#define TARGET __attribute__((target("sse4.1")))
#define NAME(x) x##_sse41
#include "lanes.h"

#define LANES 8
#define TARGET __attribute__((target("avx2")))
#define NAME(x) x##_avx2
#include "lanes.h"

#define LANES 16
#define TARGET __attribute__((target("avx512f,avx512vl,avx512bw")))
#define NAME(x) x##_avx512
#include "lanes.h"
#endif

enum blake3_kernel blake3_best_kernel(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return BLAKE3_AVX512;
  if (__builtin_cpu_supports("avx2")) return BLAKE3_AVX2;
  if (__builtin_cpu_supports("sse4.1")) return BLAKE3_SSE41;
#endif
  return BLAKE3_BASELINE;
}

// Hashes `count` inputs: as many side by side as can be, the rest in fewer lanes.
static void hash_all(enum blake3_kernel kernel, const uint8_t *input, size_t stride, size_t block_count, size_t count,
                     const uint32_t key[8], uint64_t counter, uint64_t step, struct block_flags flags, uint32_t *out) {
#define RUN(lanes, function)                                                     \
  for (; count >= (lanes); count -= (lanes)) {                                   \
    function(input, stride, block_count, key, counter, step, flags, out);        \
    input += stride * (lanes);                                                   \
    counter += step * (lanes);                                                   \
    out += 8 * (lanes);                                                          \
  }
#if defined(__x86_64__)
  if (kernel >= BLAKE3_AVX512) RUN(16, hash_avx512)
  if (kernel >= BLAKE3_AVX2) RUN(8, hash_avx2)
  if (kernel >= BLAKE3_SSE41) RUN(4, hash_sse41)
#endif
  RUN(4, hash_baseline)
#undef RUN
  for (; count > 0; count--) {
    uint32_t state[16];
    __builtin_memcpy(state, key, 32);
    for (size_t block = 0; block < block_count; block++) {
      uint32_t cv[8];
      __builtin_memcpy(cv, state, 32);
      uint32_t own = flags.all | (block == 0 ? flags.first : 0) | (block + 1 == block_count ? flags.last : 0);
      blake3_compress(cv, input + BLOCK * block, counter, BLOCK, own, state);
    }
    __builtin_memcpy(out, state, 32);
    input += stride;
    counter += step;
    out += 8;
  }
}

void blake3_hash_chunks(enum blake3_kernel kernel, const uint8_t *input, size_t count, const uint32_t key[8],
                        uint64_t counter, uint32_t flags, uint32_t *cvs) {
  hash_all(kernel, input, CHUNK, CHUNK / BLOCK, count, key, counter, 1,
           (struct block_flags){flags, CHUNK_START, CHUNK_END}, cvs);
}

void blake3_hash_parents(enum blake3_kernel kernel, const uint32_t *children, size_t count, const uint32_t key[8],
                         uint32_t flags, uint32_t *cvs) {
  hash_all(kernel, (const uint8_t *)children, BLOCK, 1, count, key, 0, 0, (struct block_flags){flags | PARENT, 0, 0},
           cvs);
}
