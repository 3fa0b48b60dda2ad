#ifndef CCLD2_H
#define CCLD2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One language of an answer.
typedef struct {
  /// CLD2's own code, such as "en", "iw" or "zh-Hant"; a constant of the library, never to be freed.
  const char *code;
  /// Share of the letters that this language holds, 0 to 100.
  int percent;
  /// Score as a ratio to that of ordinary text in this language, times 1000: far from 1000 is odd text.
  double normalized_score;
} ccld2_language;

/// What CLD2 makes of a text.
typedef struct {
  /// The likeliest languages, the one with the greatest share first; `count` of them are set.
  ccld2_language languages[3];
  /// How many languages were found, 0 to 3.
  int count;
  /// Whether CLD2 holds the first language to be clearly likelier than the second.
  bool is_reliable;
  /// How many bytes of letters CLD2 looked at.
  int text_bytes;
  /// How many leading bytes are UTF-8 fit for interchange; below `length`, nothing was detected.
  int valid_bytes;
} ccld2_result;

/// Detects up to three languages of `length` bytes of UTF-8 text, giving a best-effort answer however short it is.
///
/// With `is_valid` the text is not checked first. It must be UTF-8 fit for interchange then: CLD2 reads outside of its
/// tables where a letter ends too early.
///
/// Safe to call from several threads at once: the tables are read-only and there is no other state.
/// Returns false, with an empty result, when `length` is more than an `int` holds or memory ran out.
bool ccld2_detect(const char *text, size_t length, bool is_valid, ccld2_result *result);

/// Version of the code and, after the dash, the date of the tables in use.
const char *ccld2_version(void);

/// Whether the full tables (175 languages) answer. Without them Debian's library falls back, silently, to its
/// small ones, which know half as many and take Hausa for Kinyarwanda.
bool ccld2_has_full_tables(void);

#ifdef __cplusplus
}
#endif

#endif
