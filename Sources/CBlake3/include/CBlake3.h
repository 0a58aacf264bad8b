#ifndef CBLAKE3_H
#define CBLAKE3_H

#include <stddef.h>
#include <stdint.h>

/// How many inputs are hashed side by side, and with which instructions. Each has those before it.
enum blake3_kernel {
  /// Four, with what every processor of this architecture has: SSE2, or NEON.
  BLAKE3_BASELINE,
  /// Four, with byte shuffles for rotations.
  BLAKE3_SSE41,
  /// Eight.
  BLAKE3_AVX2,
  /// Sixteen.
  BLAKE3_AVX512,
};

/// The best kernel that this processor has.
enum blake3_kernel blake3_best_kernel(void);

/// Hashes whole chunks of 1024 bytes, none of which is the only one of its input.
///
/// input: `count` chunks. key: eight words. counter: the index of the first chunk. flags: those of the mode.
/// cvs: takes `count` times eight words, the chaining values of the chunks.
void blake3_hash_chunks(enum blake3_kernel kernel, const uint8_t *input, size_t count, const uint32_t key[8],
                        uint64_t counter, uint32_t flags, uint32_t *cvs);

/// Hashes parent nodes, none of which is the root.
///
/// children: `count` times two chaining values. cvs: takes `count` chaining values; may be `children`.
void blake3_hash_parents(enum blake3_kernel kernel, const uint32_t *children, size_t count, const uint32_t key[8],
                         uint32_t flags, uint32_t *cvs);

/// Compresses one block.
///
/// block: 64 bytes, of which those after `byte_count` are zeros. out: takes sixteen words, of which the first eight
/// are the chaining value; may not be `cv`.
void blake3_compress(const uint32_t cv[8], const uint8_t block[64], uint64_t counter, uint32_t byte_count,
                     uint32_t flags, uint32_t out[16]);

#endif
