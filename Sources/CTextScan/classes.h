// What the C library says of characters, remembered.
#ifndef CLASSES_H
#define CLASSES_H

#include <stdatomic.h>
#include <stdint.h>

#include "CTextScan.h"

// A character is white space, or printed, or neither; and so many columns wide.
enum { CLASS_SPACE = 1, CLASS_PRINT = 2, WIDTH_SHIFT = 2, CHARACTER_COUNT = 0x110000, PAGE_SHIFT = 8 };

struct text_scan_classes {
  uint8_t *of;
  // Whether a page of 256 characters was looked up.
  _Atomic uint8_t *known;
  struct text_scan_lookup *lookup;
};

// Looks a page up, unless another thread did.
void text_scan_classes_fill(const struct text_scan_classes *classes, uint32_t page);

static inline uint8_t class_of(const struct text_scan_classes *classes, uint32_t character) {
  // No character, though four bytes can hold the number.
  if (character >= CHARACTER_COUNT) return 0;
  uint32_t page = character >> PAGE_SHIFT;
  if (__builtin_expect(!atomic_load_explicit(&classes->known[page], memory_order_acquire), 0))
    text_scan_classes_fill(classes, page);
  return classes->of[character];
}

static inline uint32_t width_of(uint8_t class) { return class >> WIDTH_SHIFT; }

#endif
