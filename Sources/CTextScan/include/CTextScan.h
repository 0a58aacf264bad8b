#ifndef CTEXTSCAN_H
#define CTEXTSCAN_H

#include <stddef.h>
#include <stdint.h>

/// Which instructions a scan uses.
enum text_scan_kernel { TEXT_SCAN_BASELINE, TEXT_SCAN_AVX2, TEXT_SCAN_AVX512 };

/// The fastest that this processor has.
enum text_scan_kernel text_scan_best_kernel(void);

/// What the C library says of the characters of a locale beyond ASCII. Looked up once, the first time that one is
/// met; any number of threads may share it.
struct text_scan_classes;

/// How a locale encodes characters.
enum text_scan_encoding { TEXT_SCAN_BYTES, TEXT_SCAN_UTF8, TEXT_SCAN_OTHER };

/// Asks for a locale; "" is the one that the environment names, and "C" where that does not exist.
///
/// Returns NULL if its encoding is not UTF-8, or there is no memory.
struct text_scan_classes *text_scan_classes_create(const char *locale, int no_break_is_space,
                                                   enum text_scan_encoding *encoding);

/// Whether a character is printed.
int text_scan_is_printed(const struct text_scan_classes *classes, uint32_t character);

void text_scan_classes_destroy(struct text_scan_classes *classes);

/// What a scan goes over. Bytes beyond ASCII are told by `classes`; NULL takes each for a character that is neither
/// printed nor white space, as the C locale does.
struct text_scan_input {
  const uint8_t *bytes;
  size_t count;
  /// The bytes before and behind, as far as a character may reach; zeros where there are none.
  uint8_t before[3];
  uint8_t after[5];
  const struct text_scan_classes *classes;
};

/// Words are what white space parts, if something in them is printed. Everything else is passed over.
struct text_scan_words {
  uint64_t newlines;
  uint64_t words;
  uint64_t characters;
  /// Whether the last thing that was not passed over was of a word; also how the scan begins.
  uint32_t is_in_word;
};

/// Adds what is found to `words`.
void text_scan_words(enum text_scan_kernel kernel, const struct text_scan_input *input, struct text_scan_words *words);

/// What the first character is that is not passed over: 0 if all are, 1 if white space, 2 if it is of a word.
uint32_t text_scan_first_class(const struct text_scan_input *input);

/// Adds the numbers of newlines and of characters; words stay as they are.
void text_scan_characters(enum text_scan_kernel kernel, const struct text_scan_input *input,
                          struct text_scan_words *words);

/// Columns of lines on a terminal, whose tab stops are 8 apart. Where the first line begins is not known.
struct text_scan_columns {
  /// Columns of the first line up to its first tab, or its end if it has none.
  uint64_t head_before;
  /// Columns of the first line behind its first tab.
  uint64_t head_after;
  /// Columns of the longest line that began behind another one and ended.
  uint64_t longest;
  /// Columns of the line that has not ended: behind its first tab, if it is the first and has one.
  uint64_t column;
  uint32_t head_has_tab;
  /// Whether the first line ended.
  uint32_t has_break;
};

void text_scan_columns(enum text_scan_kernel kernel, const struct text_scan_input *input,
                       struct text_scan_columns *columns);

/// What tells whether text is sound. Positions are from the first byte on; SIZE_MAX stands for none.
struct text_scan_health {
  uint64_t newlines;
  uint64_t carriage_returns;
  /// Newlines right behind a carriage return.
  uint64_t pairs;
  uint64_t nuls[2];
  /// Bytes beyond ASCII, and those of them that are not of a character in UTF-8 (RFC 3629).
  uint64_t high_bytes;
  uint64_t invalid_bytes;
  size_t first_invalid;
  size_t first_newline;
  size_t last_newline;
  /// The longest line between two newlines: where it begins, how many bytes it has, how many newlines stand before.
  size_t longest_start;
  size_t longest_count;
  uint64_t longest_line;
};

/// Finds everything anew. Zeros at even positions count in `nuls[0]`, others in `nuls[1]`.
void text_scan_health(enum text_scan_kernel kernel, const struct text_scan_input *input,
                      struct text_scan_health *health);

#endif
