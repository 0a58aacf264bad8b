#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "classes.h"

#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

struct text_scan_lookup {
  locale_t locale;
  int no_break_is_space;
  pthread_mutex_t turn;
};

struct text_scan_classes *text_scan_classes_create(const char *name, int no_break_is_space,
                                                   enum text_scan_encoding *encoding) {
  locale_t locale = newlocale(LC_ALL_MASK, name, (locale_t)0);
  const char *codes = "";
  *encoding = TEXT_SCAN_BYTES;
  if (locale) {
    codes = nl_langinfo_l(CODESET, locale);
    // The names that the C locale has for its encoding on several systems.
    int is_ascii = !strcmp(codes, "ANSI_X3.4-1968") || !strcmp(codes, "US-ASCII") || !strcmp(codes, "646");
    *encoding = !strcmp(codes, "UTF-8") ? TEXT_SCAN_UTF8 : is_ascii ? TEXT_SCAN_BYTES : TEXT_SCAN_OTHER;
  }
  if (*encoding != TEXT_SCAN_UTF8) {
    if (locale) freelocale(locale);
    return 0;
  }
  struct text_scan_classes *classes = calloc(1, sizeof *classes);
  struct text_scan_lookup *lookup = calloc(1, sizeof *lookup);
  // Memory that is not touched costs nothing, so there is room for every character.
  uint8_t *of = calloc(CHARACTER_COUNT, 1);
  _Atomic uint8_t *known = calloc(CHARACTER_COUNT >> PAGE_SHIFT, 1);
  if (!classes || !lookup || !of || !known || pthread_mutex_init(&lookup->turn, 0) != 0) {
    free(classes), free(lookup), free(of), free((void *)known);
    freelocale(locale);
    return 0;
  }
  lookup->locale = locale;
  lookup->no_break_is_space = no_break_is_space;
  *classes = (struct text_scan_classes){of, known, lookup};
  return classes;
}

void text_scan_classes_destroy(struct text_scan_classes *classes) {
  freelocale(classes->lookup->locale);
  pthread_mutex_destroy(&classes->lookup->turn);
  free(classes->lookup), free(classes->of), free((void *)classes->known), free(classes);
}

static int is_no_break(wint_t character) {
  return character == 0xA0 || character == 0x2007 || character == 0x202F || character == 0x2060;
}

void text_scan_classes_fill(const struct text_scan_classes *classes, uint32_t page) {
  struct text_scan_lookup *lookup = classes->lookup;
  pthread_mutex_lock(&lookup->turn);
  if (!atomic_load_explicit(&classes->known[page], memory_order_relaxed)) {
    locale_t before = uselocale(lookup->locale);
    for (uint32_t i = 0; i < 1u << PAGE_SHIFT; i++) {
      wint_t character = (wint_t)(page << PAGE_SHIFT | i);
      if (!iswprint(character)) continue;
      int is_space = iswspace(character) || (lookup->no_break_is_space && is_no_break(character));
      int width = wcwidth((wchar_t)character);
      width = width < 0 ? 0 : width > 2 ? 2 : width;
      classes->of[character] = (uint8_t)((is_space ? CLASS_SPACE : CLASS_PRINT) | width << WIDTH_SHIFT);
    }
    uselocale(before);
    atomic_store_explicit(&classes->known[page], 1, memory_order_release);
  }
  pthread_mutex_unlock(&lookup->turn);
}

int text_scan_is_printed(const struct text_scan_classes *classes, uint32_t character) {
  return (class_of(classes, character) & (CLASS_SPACE | CLASS_PRINT)) != 0;
}
