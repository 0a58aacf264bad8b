// Hashes LANES inputs side by side, one in each lane of a vector. Included once for each set of instructions, with
//
//   LANES    how many: 4, 8 or 16
//   TARGET   the attribute that allows the instructions
//   NAME(x)  the name of a function with these instructions

typedef uint32_t NAME(words) __attribute__((vector_size(4 * LANES), aligned(4 * LANES)));

// The four words of a quarter, by their places in two vectors that stand side by side.
#define LOW_WORDS(q) 4 * q, LANES + 4 * q, 4 * q + 1, LANES + 4 * q + 1
#define HIGH_WORDS(q) 4 * q + 2, LANES + 4 * q + 2, 4 * q + 3, LANES + 4 * q + 3
#define LOW_PAIRS(q) 4 * q, 4 * q + 1, LANES + 4 * q, LANES + 4 * q + 1
#define HIGH_PAIRS(q) 4 * q + 2, 4 * q + 3, LANES + 4 * q + 2, LANES + 4 * q + 3
#define QUARTER(q) 4 * q, 4 * q + 1, 4 * q + 2, 4 * q + 3
#if LANES == 4
#define EVERY(part) part(0)
#elif LANES == 8
#define EVERY(part) part(0), part(1)
#else
#define EVERY(part) part(0), part(1), part(2), part(3)
#endif
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Turns rows into columns: word i of row j becomes word j of row i. First in quarters of four words, which
// processors do at once, then the quarters.
TARGET static inline __attribute__((always_inline)) void NAME(transpose)(NAME(words) row[LANES]) {
#pragma unroll
  for (int i = 0; i < LANES; i += 4) {
    NAME(words) a = SHUFFLE(row[i], row[i + 1], EVERY(LOW_WORDS)), b = SHUFFLE(row[i], row[i + 1], EVERY(HIGH_WORDS));
    NAME(words) c = SHUFFLE(row[i + 2], row[i + 3], EVERY(LOW_WORDS));
    NAME(words) d = SHUFFLE(row[i + 2], row[i + 3], EVERY(HIGH_WORDS));
    row[i] = SHUFFLE(a, c, EVERY(LOW_PAIRS));
    row[i + 1] = SHUFFLE(a, c, EVERY(HIGH_PAIRS));
    row[i + 2] = SHUFFLE(b, d, EVERY(LOW_PAIRS));
    row[i + 3] = SHUFFLE(b, d, EVERY(HIGH_PAIRS));
  }
#if LANES == 8
#pragma unroll
  for (int i = 0; i < 4; i++) {
    NAME(words) a = row[i], b = row[i + 4];
    row[i] = SHUFFLE(a, b, QUARTER(0), QUARTER(2));
    row[i + 4] = SHUFFLE(a, b, QUARTER(1), QUARTER(3));
  }
#elif LANES == 16
#pragma unroll
  for (int i = 0; i < 4; i++) {
    NAME(words) a = SHUFFLE(row[i], row[i + 4], QUARTER(0), QUARTER(1), QUARTER(4), QUARTER(5));
    NAME(words) b = SHUFFLE(row[i], row[i + 4], QUARTER(2), QUARTER(3), QUARTER(6), QUARTER(7));
    NAME(words) c = SHUFFLE(row[i + 8], row[i + 12], QUARTER(0), QUARTER(1), QUARTER(4), QUARTER(5));
    NAME(words) d = SHUFFLE(row[i + 8], row[i + 12], QUARTER(2), QUARTER(3), QUARTER(6), QUARTER(7));
    row[i] = SHUFFLE(a, c, QUARTER(0), QUARTER(2), QUARTER(4), QUARTER(6));
    row[i + 4] = SHUFFLE(a, c, QUARTER(1), QUARTER(3), QUARTER(5), QUARTER(7));
    row[i + 8] = SHUFFLE(b, d, QUARTER(0), QUARTER(2), QUARTER(4), QUARTER(6));
    row[i + 12] = SHUFFLE(b, d, QUARTER(1), QUARTER(3), QUARTER(5), QUARTER(7));
  }
#endif
}

#undef LOW_WORDS
#undef HIGH_WORDS
#undef LOW_PAIRS
#undef HIGH_PAIRS
#undef QUARTER
#undef EVERY
#undef SHUFFLE

// Hashes inputs of `block_count` blocks, which lie `stride` bytes apart. The counter grows by `step` from lane to
// lane. What comes out lies eight words apart.
TARGET static void NAME(hash)(const uint8_t *input, size_t stride, size_t block_count, const uint32_t key[8],
                              uint64_t counter, uint64_t step, struct block_flags flags, uint32_t *out) {
  typedef NAME(words) words;
  words cv[8], low, high;
  for (int i = 0; i < 8; i++) cv[i] = key[i] - (words){};
  for (int lane = 0; lane < LANES; lane++) {
    low[lane] = (uint32_t)(counter + step * (uint64_t)lane);
    high[lane] = (uint32_t)((counter + step * (uint64_t)lane) >> 32);
  }
  for (size_t block = 0; block < block_count; block++) {
    words m[16];
#pragma unroll
    for (int part = 0; part < 16; part += LANES) {
#pragma unroll
      for (int lane = 0; lane < LANES; lane++)
        __builtin_memcpy(&m[part + lane], input + stride * (size_t)lane + BLOCK * block + 4 * (size_t)part,
                         sizeof(words));
      NAME(transpose)(m + part);
    }
    // So many streams are more than processors notice by themselves. What the next group of inputs needs is asked
    // for line after line, a step of this one's at a time.
#pragma unroll
    for (size_t lane = 0; lane < LANES; lane++)
      __builtin_prefetch(input + stride * LANES + BLOCK * (LANES * block + lane), 0, SECOND_LEVEL);
    uint32_t own = flags.all | (block == 0 ? flags.first : 0) | (block + 1 == block_count ? flags.last : 0);
    words v[16] = {cv[0], cv[1], cv[2], cv[3], cv[4], cv[5], cv[6], cv[7],
                   start[0] - (words){}, start[1] - (words){}, start[2] - (words){}, start[3] - (words){},
                   low, high, BLOCK - (words){}, own - (words){}};
    ROUNDS(v, m)
    for (int i = 0; i < 8; i++) cv[i] = v[i] ^ v[i + 8];
  }
  for (int lane = 0; lane < LANES; lane++)
    for (int i = 0; i < 8; i++) out[8 * lane + i] = cv[i][lane];
}

#undef LANES
#undef TARGET
#undef NAME
