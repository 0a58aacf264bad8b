// The scans. Included once for each set of instructions, behind blocks.h.

// Where characters beyond ASCII begin. REACH bytes more than the block are read. No byte of a character can begin
// another one, so whether one begins at a place shows there, whatever stands before.
//
// Unicode ends at U+10FFFF, but the C library takes what six bytes could hold.
INLINE struct leads NAME(leads)(const uint8_t *p, NAME(block) b, int is_unicode) {
  NAME(block) next = NAME(load)(p + 1);
  uint64_t first = NAME(within)(next, 0x80, 0xBF);
  uint64_t second = NAME(within)(NAME(load)(p + 2), 0x80, 0xBF) & first;
  struct leads leads;
  leads.two = NAME(within)(b, 0xC2, 0xDF) & first;
  leads.three = NAME(within)(b, 0xE0, 0xEF) & second;
  // Not those that fewer bytes could hold, and no halves of surrogate pairs.
  leads.three &= ~(NAME(equal)(b, 0xE0) & ~NAME(within)(next, 0xA0, 0xBF));
  leads.three &= ~(NAME(equal)(b, 0xED) & ~NAME(within)(next, 0x80, 0x9F));
  leads.four = NAME(within)(b, 0xF0, is_unicode ? 0xF4 : 0xF7) & second;
  if (leads.four) {
    leads.four &= NAME(within)(NAME(load)(p + 3), 0x80, 0xBF);
    leads.four &= ~(NAME(equal)(b, 0xF0) & ~NAME(within)(next, 0x90, 0xBF));
    if (is_unicode) leads.four &= ~(NAME(equal)(b, 0xF4) & ~NAME(within)(next, 0x80, 0x8F));
  }
  leads.longer = 0;
  if (is_unicode) return leads;
  for (uint64_t rest = NAME(within)(b, 0xF8, 0xFD) & first; __builtin_expect(rest != 0, 0); rest &= rest - 1)
    if (is_longer(p + lowest_bit(rest))) leads.longer |= rest & -rest;
  return leads;
}

#ifndef WORD_MASKS
#define WORD_MASKS
// Where white space is, where something that is printed and no white space begins, and how many of the bytes begin no
// character.
struct word_masks {
  uint64_t space, print, high, begun;
};
#endif

INLINE struct word_masks NAME(word_masks)(const uint8_t *p, const struct text_scan_classes *classes) {
  NAME(block) b = NAME(load)(p);
  struct word_masks masks;
  masks.space = NAME(within)(b, 9, 13) | NAME(equal)(b, 32);
  masks.print = NAME(within)(b, 33, 126);
  masks.high = masks.begun = 0;
  if (classes) {
    masks.high = NAME(high)(b);
    if (__builtin_expect(masks.high != 0, 0)) {
      struct leads leads = NAME(leads)(p, b, 0);
      uint64_t known = leads.two | leads.three | leads.four;
      masks.begun = known | leads.longer;
      for (uint64_t rest = known; rest; rest &= rest - 1) {
        uint8_t class = class_of(classes, decode(p + lowest_bit(rest)));
        uint64_t bit = rest & -rest;
        masks.space |= class & CLASS_SPACE ? bit : 0;
        masks.print |= class & CLASS_PRINT ? bit : 0;
      }
    }
  }
  return masks;
}

INLINE void NAME(add_words)(const uint8_t *p, const struct text_scan_classes *classes, uint64_t there,
                            struct text_scan_words *words) {
  struct word_masks masks = NAME(word_masks)(p, classes);
  uint64_t newlines = NAME(equal)(NAME(load)(p), 10) & there;
  words->newlines += (uint64_t)__builtin_popcountll(newlines);
  // An adder carries what is in a word: what is printed makes a carry, white space stops it, and all else passes it on.
  uint64_t passing = ~(masks.space & there), making = masks.print & there;
  unsigned long long sum, carried = words->is_in_word;
  sum = passing + making;
  unsigned long long overflow = sum < passing;
  sum += carried;
  overflow |= sum < carried;
  uint64_t within = sum ^ passing ^ making;
  words->words += (uint64_t)__builtin_popcountll(making & ~within);
  words->is_in_word = (uint32_t)overflow;
  if (classes && masks.high) {
    words->characters -= (uint64_t)__builtin_popcountll(masks.high & there);
    words->characters += (uint64_t)__builtin_popcountll(masks.begun & there);
  }
}

INLINE void NAME(words_in)(const struct text_scan_input *input, const struct text_scan_classes *classes,
                           struct text_scan_words *result) {
  struct text_scan_words words = *result;
  size_t block = 0;
  for (const size_t end = whole_blocks(input); block < end; block++)
    NAME(add_words)(input->bytes + BLOCK * block, classes, ~0ull, &words);
  struct tail tail;
  take_tail(input, BLOCK * block, &tail);
  for (size_t place = 0; place < tail.count; place += BLOCK)
    NAME(add_words)(tail.bytes + place, classes, lowest(tail.count - place), &words);
  words.characters += input->count;
  *result = words;
}

TARGET static void NAME(words)(const struct text_scan_input *input, struct text_scan_words *words) {
  if (input->classes) NAME(words_in)(input, input->classes, words);
  else NAME(words_in)(input, 0, words);
}

INLINE void NAME(add_characters)(const uint8_t *p, int is_utf8, uint64_t there, struct text_scan_words *words) {
  NAME(block) b = NAME(load)(p);
  words->newlines += (uint64_t)__builtin_popcountll(NAME(equal)(b, 10) & there);
  if (!is_utf8) return;
  uint64_t high = NAME(high)(b) & there;
  if (__builtin_expect(high == 0, 1)) return;
  struct leads leads = NAME(leads)(p, b, 0);
  words->characters -= (uint64_t)__builtin_popcountll(high);
  words->characters += (uint64_t)__builtin_popcountll((leads.two | leads.three | leads.four | leads.longer) & there);
}

TARGET static void NAME(characters)(const struct text_scan_input *input, struct text_scan_words *result) {
  struct text_scan_words words = *result;
  const int is_utf8 = input->classes != 0;
  size_t block = 0;
  for (const size_t end = whole_blocks(input); block < end; block++)
    NAME(add_characters)(input->bytes + BLOCK * block, is_utf8, ~0ull, &words);
  struct tail tail;
  take_tail(input, BLOCK * block, &tail);
  for (size_t place = 0; place < tail.count; place += BLOCK)
    NAME(add_characters)(tail.bytes + place, is_utf8, lowest(tail.count - place), &words);
  words.characters += input->count;
  *result = words;
}

INLINE void NAME(add_columns)(const uint8_t *p, const struct text_scan_classes *classes, uint64_t there,
                              struct text_scan_columns *columns) {
  NAME(block) b = NAME(load)(p);
  uint64_t tabs = NAME(equal)(b, 9) & there;
  uint64_t breaks = (NAME(equal)(b, 10) | NAME(within)(b, 12, 13)) & there;
  uint64_t seen = NAME(within)(b, 32, 126) & there, seen_twice = 0;
  if (classes) {
    if (__builtin_expect(NAME(high)(b) != 0, 0)) {
      struct leads leads = NAME(leads)(p, b, 0);
      for (uint64_t rest = (leads.two | leads.three | leads.four) & there; rest; rest &= rest - 1) {
        uint32_t width = width_of(class_of(classes, decode(p + lowest_bit(rest))));
        uint64_t bit = rest & -rest;
        seen |= width > 0 ? bit : 0;
        seen_twice |= width > 1 ? bit : 0;
      }
    }
  }
  uint64_t passed = 0;
  for (uint64_t rest = tabs | breaks; rest; rest &= rest - 1) {
    uint64_t bit = rest & -rest, span = (bit - 1) & ~passed;
    passed = bit | (bit - 1);
    columns->column += (uint64_t)(__builtin_popcountll(seen & span) + __builtin_popcountll(seen_twice & span));
    if (bit & tabs) {
      if (columns->has_break || columns->head_has_tab) {
        columns->column += 8 - columns->column % 8;
      } else {
        columns->head_before = columns->column;
        columns->head_has_tab = 1;
        columns->column = 0;
      }
    } else {
      if (columns->has_break) {
        columns->longest = columns->column > columns->longest ? columns->column : columns->longest;
      } else {
        *(columns->head_has_tab ? &columns->head_after : &columns->head_before) = columns->column;
        columns->has_break = 1;
      }
      columns->column = 0;
    }
  }
  columns->column += (uint64_t)(__builtin_popcountll(seen & ~passed) + __builtin_popcountll(seen_twice & ~passed));
}

INLINE void NAME(columns_in)(const struct text_scan_input *input, const struct text_scan_classes *classes,
                             struct text_scan_columns *result) {
  struct text_scan_columns columns = *result;
  size_t block = 0;
  for (const size_t end = whole_blocks(input); block < end; block++)
    NAME(add_columns)(input->bytes + BLOCK * block, classes, ~0ull, &columns);
  struct tail tail;
  take_tail(input, BLOCK * block, &tail);
  for (size_t place = 0; place < tail.count; place += BLOCK)
    NAME(add_columns)(tail.bytes + place, classes, lowest(tail.count - place), &columns);
  *result = columns;
}

TARGET static void NAME(columns)(const struct text_scan_input *input, struct text_scan_columns *columns) {
  if (input->classes) NAME(columns_in)(input, input->classes, columns);
  else NAME(columns_in)(input, 0, columns);
}

// What one block tells the next.
#ifndef HEALTH_CARRY
#define HEALTH_CARRY
struct health_carry {
  // Bytes at the start of the block that belong to a character that began before it.
  uint64_t covered;
  // Whether a carriage return stands right before.
  uint64_t carriage_return;
};
#endif

INLINE void NAME(add_health)(const uint8_t *p, size_t place, uint64_t there, struct health_carry *carry,
                             struct text_scan_health *health) {
  NAME(block) b = NAME(load)(p);
  uint64_t newlines = NAME(equal)(b, 10) & there, nuls = NAME(equal)(b, 0) & there;
  uint64_t returns = NAME(equal)(b, 13) & there, high = NAME(high)(b) & there;
  if (nuls) {
    health->nuls[0] += (uint64_t)__builtin_popcountll(nuls & 0x5555555555555555);
    health->nuls[1] += (uint64_t)__builtin_popcountll(nuls & 0xAAAAAAAAAAAAAAAA);
  }
  if (returns | carry->carriage_return) {
    health->carriage_returns += (uint64_t)__builtin_popcountll(returns);
    health->pairs += (uint64_t)__builtin_popcountll((returns << 1 | carry->carriage_return) & newlines);
    carry->carriage_return = returns >> 63;
  }
  if (__builtin_expect((high | carry->covered) != 0, 0)) {
    struct leads leads = NAME(leads)(p, b, 1);
    uint64_t longer = leads.three | leads.four, any = leads.two | longer;
    uint64_t covered = carry->covered | any | any << 1 | longer << 2 | leads.four << 3;
    carry->covered = any >> 63 | longer >> 62 | leads.four >> 61;
    uint64_t invalid = high & ~covered;
    health->high_bytes += (uint64_t)__builtin_popcountll(high);
    if (invalid) {
      health->invalid_bytes += (uint64_t)__builtin_popcountll(invalid);
      if (health->first_invalid == SIZE_MAX) health->first_invalid = place + lowest_bit(invalid);
    }
  }
  for (uint64_t rest = newlines; rest; rest &= rest - 1) {
    size_t at = place + lowest_bit(rest);
    if (health->first_newline == SIZE_MAX) {
      health->first_newline = at;
    } else if (at - health->last_newline - 1 > health->longest_count || health->longest_start == SIZE_MAX) {
      health->longest_start = health->last_newline + 1;
      health->longest_count = at - health->last_newline - 1;
      health->longest_line = health->newlines;
    }
    health->last_newline = at;
    health->newlines += 1;
  }
}

TARGET static void NAME(health)(const struct text_scan_input *input, struct text_scan_health *result) {
  struct text_scan_health health = {0};
  health.first_invalid = health.first_newline = health.last_newline = health.longest_start = SIZE_MAX;
  struct tail tail;
  // A block that ends right before the input tells what goes on in it.
  memset(tail.bytes, 0, sizeof tail.bytes);
  memcpy(tail.bytes + BLOCK - 3, input->before, 3);
  memcpy(tail.bytes + BLOCK, input->bytes, input->count < 3 ? input->count : 3);
  if (input->count < 3) memcpy(tail.bytes + BLOCK + input->count, input->after, 3);
  struct leads leads = NAME(leads)(tail.bytes, NAME(load)(tail.bytes), 1);
  uint64_t longer = leads.three | leads.four;
  struct health_carry carry = {(leads.two | longer) >> 63 | longer >> 62 | leads.four >> 61, input->before[2] == 13};
  size_t block = 0;
  for (const size_t end = whole_blocks(input); block < end; block++)
    NAME(add_health)(input->bytes + BLOCK * block, BLOCK * block, ~0ull, &carry, &health);
  take_tail(input, BLOCK * block, &tail);
  for (size_t place = 0; place < tail.count; place += BLOCK)
    NAME(add_health)(tail.bytes + place, BLOCK * block + place, lowest(tail.count - place), &carry, &health);
  *result = health;
}
