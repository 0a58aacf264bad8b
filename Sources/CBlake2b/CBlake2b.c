// BLAKE2b, by RFC 7693 of M.-J. Saarinen and J.-P. Aumasson (2015), sections 2.6, 2.7, 3.1 and 3.2. The four columns,
// and then the four diagonals, keep the units of a processor busy: vectors of four made libb2 and libsodium half as fast.
#include "CBlake2b.h"

enum { BLOCK = 128 };

// Section 2.6.
static const uint64_t start[8] = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
};

#define ROTATE(x, n) ((x) >> (n) | (x) << (64 - (n)))

#define MIX(v, a, b, c, d, x, y)   \
  v[a] += v[b] + (x);              \
  v[d] = ROTATE(v[d] ^ v[a], 32);  \
  v[c] += v[d];                    \
  v[b] = ROTATE(v[b] ^ v[c], 24);  \
  v[a] += v[b] + (y);              \
  v[d] = ROTATE(v[d] ^ v[a], 16);  \
  v[c] += v[d];                    \
  v[b] = ROTATE(v[b] ^ v[c], 63);

#define ROUND(v, m, a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q) \
  MIX(v, 0, 4, 8, 12, m[a], m[b])                                   \
  MIX(v, 1, 5, 9, 13, m[c], m[d])                                   \
  MIX(v, 2, 6, 10, 14, m[e], m[f])                                  \
  MIX(v, 3, 7, 11, 15, m[g], m[h])                                  \
  MIX(v, 0, 5, 10, 15, m[i], m[j])                                  \
  MIX(v, 1, 6, 11, 12, m[k], m[l])                                  \
  MIX(v, 2, 7, 8, 13, m[n], m[o])                                   \
  MIX(v, 3, 4, 9, 14, m[p], m[q])

// Section 2.7: which words of the block a round mixes in. The last two rounds begin again with the first two.
#define ROUNDS(v, m)                                                      \
  ROUND(v, m, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)       \
  ROUND(v, m, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)       \
  ROUND(v, m, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)       \
  ROUND(v, m, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)       \
  ROUND(v, m, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)       \
  ROUND(v, m, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)       \
  ROUND(v, m, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)       \
  ROUND(v, m, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)       \
  ROUND(v, m, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)       \
  ROUND(v, m, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)       \
  ROUND(v, m, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)       \
  ROUND(v, m, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)

static inline uint64_t word(const uint8_t *bytes) {
  uint64_t word;
  __builtin_memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

// byte_count: with this block. Inputs of 2^64 bytes and more do not exist here, so its upper half is zero.
static inline void compress(uint64_t h[8], const uint8_t *block, uint64_t byte_count, uint64_t last) {
  uint64_t m[16], v[16];
  for (int i = 0; i < 16; i++) m[i] = word(block + 8 * i);
  for (int i = 0; i < 8; i++) {
    v[i] = h[i];
    v[i + 8] = start[i];
  }
  v[12] ^= byte_count;
  v[14] ^= last;
  ROUNDS(v, m)
  for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
}

void blake2b_start(uint64_t state[8], size_t digest_byte_count) {
  for (int i = 0; i < 8; i++) state[i] = start[i];
  // Section 2.5: no key, one leaf.
  state[0] ^= 0x01010000 ^ digest_byte_count;
}

void blake2b_compress(uint64_t state[8], const uint8_t *blocks, size_t count, uint64_t byte_count) {
  for (size_t i = 0; i < count; i++) {
    byte_count += BLOCK;
    compress(state, blocks + i * BLOCK, byte_count, 0);
  }
}

void blake2b_compress_last(uint64_t state[8], const uint8_t block[128], uint64_t byte_count) {
  compress(state, block, byte_count, UINT64_MAX);
}
