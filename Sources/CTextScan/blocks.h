// Sixty-four bytes, and masks of those that fit. Included once for each set of instructions.

#undef INLINE
#define INLINE TARGET __attribute__((always_inline)) static inline

#if defined(WITH_AVX512)
typedef __m512i NAME(block);
INLINE NAME(block) NAME(load)(const uint8_t *p) { return _mm512_loadu_si512(p); }
INLINE uint64_t NAME(equal)(NAME(block) b, uint8_t byte) { return _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8((char)byte)); }
INLINE uint64_t NAME(within)(NAME(block) b, uint8_t first, uint8_t last) {
  return _mm512_cmple_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8((char)first)), _mm512_set1_epi8((char)(last - first)));
}
INLINE uint64_t NAME(high)(NAME(block) b) { return _mm512_movepi8_mask(b); }
#elif defined(WITH_AVX2)
typedef struct { __m256i half[2]; } NAME(block);
INLINE NAME(block) NAME(load)(const uint8_t *p) {
  return (NAME(block)){{_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 32))}};
}
INLINE uint64_t NAME(high)(NAME(block) b) {
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(b.half[1]) << 32 | (uint32_t)_mm256_movemask_epi8(b.half[0]);
}
INLINE uint64_t NAME(equal)(NAME(block) b, uint8_t byte) {
  for (int i = 0; i < 2; i++) b.half[i] = _mm256_cmpeq_epi8(b.half[i], _mm256_set1_epi8((char)byte));
  return NAME(high)(b);
}
INLINE uint64_t NAME(within)(NAME(block) b, uint8_t first, uint8_t last) {
  for (int i = 0; i < 2; i++) {
    __m256i moved = _mm256_sub_epi8(b.half[i], _mm256_set1_epi8((char)first));
    b.half[i] = _mm256_cmpeq_epi8(_mm256_min_epu8(moved, _mm256_set1_epi8((char)(last - first))), moved);
  }
  return NAME(high)(b);
}
#elif defined(WITH_SSE2)
typedef struct { __m128i part[4]; } NAME(block);
INLINE NAME(block) NAME(load)(const uint8_t *p) {
  NAME(block) b;
  for (int i = 0; i < 4; i++) b.part[i] = _mm_loadu_si128((const __m128i *)(p + 16 * i));
  return b;
}
INLINE uint64_t NAME(high)(NAME(block) b) {
  uint64_t mask = 0;
  for (int i = 0; i < 4; i++) mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(b.part[i]) << 16 * i;
  return mask;
}
INLINE uint64_t NAME(equal)(NAME(block) b, uint8_t byte) {
  for (int i = 0; i < 4; i++) b.part[i] = _mm_cmpeq_epi8(b.part[i], _mm_set1_epi8((char)byte));
  return NAME(high)(b);
}
INLINE uint64_t NAME(within)(NAME(block) b, uint8_t first, uint8_t last) {
  for (int i = 0; i < 4; i++) {
    __m128i moved = _mm_sub_epi8(b.part[i], _mm_set1_epi8((char)first));
    b.part[i] = _mm_cmpeq_epi8(_mm_min_epu8(moved, _mm_set1_epi8((char)(last - first))), moved);
  }
  return NAME(high)(b);
}
#else
typedef const uint8_t *NAME(block);
INLINE NAME(block) NAME(load)(const uint8_t *p) { return p; }
INLINE uint64_t NAME(within)(NAME(block) b, uint8_t first, uint8_t last) {
  uint64_t mask = 0;
  for (int i = 0; i < BLOCK; i++) mask |= (uint64_t)((uint8_t)(b[i] - first) <= (uint8_t)(last - first)) << i;
  return mask;
}
INLINE uint64_t NAME(equal)(NAME(block) b, uint8_t byte) { return NAME(within)(b, byte, byte); }
INLINE uint64_t NAME(high)(NAME(block) b) { return NAME(within)(b, 0x80, 0xFF); }
#endif
