#ifndef CBLAKE2B_H
#define CBLAKE2B_H

#include <stddef.h>
#include <stdint.h>

/// Gives the chaining value of an empty input without a key.
///
/// digest_byte_count: from 1 to 64.
void blake2b_start(uint64_t state[8], size_t digest_byte_count);

/// Compresses whole blocks of 128 bytes, one after the other.
///
/// state: the chaining value, which is replaced. blocks: `count` blocks. byte_count: how many bytes of the input lie
/// before them. None of them is the last one.
void blake2b_compress(uint64_t state[8], const uint8_t *blocks, size_t count, uint64_t byte_count);

/// Compresses the last block, of which the bytes after the end of the input are zeros.
///
/// byte_count: how many bytes the whole input has.
void blake2b_compress_last(uint64_t state[8], const uint8_t block[128], uint64_t byte_count);

#endif
