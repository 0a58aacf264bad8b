#pragma once

#include <stddef.h>
#include <stdint.h>

/// Adds to `counts`, which has 256 elements, how often each value occurs among the bytes.
void byte_counts_add(const uint8_t *bytes, size_t byte_count, uint64_t *counts);
