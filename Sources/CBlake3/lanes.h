// Hashes LANES inputs side by side, one in each lane of a vector. Included once for each set of instructions, with
//
//   LANES    how many: 4, 8 or 16
//   TARGET   the attribute that allows the instructions
//   NAME(x)  the name of a function with these instructions

typedef uint32_t NAME(words) __attribute__((vector_size(4 * LANES), aligned(4 * LANES)));

// Turns rows into columns: word i of row j becomes word j of row i.
TARGET static inline __attribute__((always_inline)) void NAME(transpose)(NAME(words) row[LANES]) {
  // With each doubling, squares of words on both sides of the diagonal change places.
#pragma unroll
  for (int size = 1; size < LANES; size *= 2) {
#pragma unroll
    for (int i = 0; i < LANES; i++) {
      if (i & size) continue;
      NAME(words) a = row[i], b = row[i + size];
#pragma unroll
      for (int lane = 0; lane < LANES; lane++) {
        row[i][lane] = lane & size ? b[lane - size] : a[lane];
        row[i + size][lane] = lane & size ? b[lane] : a[lane + size];
      }
    }
  }
}

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
