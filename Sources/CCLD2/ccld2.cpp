#include "ccld2.h"

// Debian's cld2 header uses FILE without including its header: this one must come first.
#include <cstdio>

#include <climits>
#include <cstring>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

namespace CLD2 {
// Defined by both libcld2_full and libcld2. The reference below is there for the linker: libcld2_full holds tables
// and no code, nothing else in the program names it, and a linker that drops unneeded libraries (--as-needed, the
// default of many) would leave us with the small tables of libcld2.
extern const uint32 kDeltaOctaIndSize;
}  // namespace CLD2

static const CLD2::uint32 *volatile keeps_full_tables = &CLD2::kDeltaOctaIndSize;

extern "C" bool ccld2_detect(const char *text, size_t length, bool is_valid, ccld2_result *result) {
  std::memset(result, 0, sizeof *result);
  if (length > INT_MAX || keeps_full_tables == nullptr) return false;
  if (length == 0) return true;

  CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
  int percents[3] = {0, 0, 0};
  double scores[3] = {0, 0, 0};
  try {
    const int bytes = static_cast<int>(length);
    if (is_valid) {
      result->valid_bytes = bytes;
      CLD2::ExtDetectLanguageSummary(
          text, bytes, /*is_plain_text=*/true, &hints, CLD2::kCLDFlagBestEffort, languages, percents, scores,
          /*resultchunkvector=*/nullptr, &result->text_bytes, &result->is_reliable);
    } else {
      CLD2::ExtDetectLanguageSummaryCheckUTF8(
          text, bytes, /*is_plain_text=*/true, &hints, CLD2::kCLDFlagBestEffort, languages, percents, scores,
          /*resultchunkvector=*/nullptr, &result->text_bytes, &result->is_reliable, &result->valid_bytes);
    }
  } catch (...) {
    // Only std::bad_alloc can come; C callers must not see a C++ exception.
    std::memset(result, 0, sizeof *result);
    return false;
  }
  for (int i = 0; i < 3; ++i) {
    if (languages[i] == CLD2::UNKNOWN_LANGUAGE || percents[i] <= 0) continue;
    ccld2_language *next = &result->languages[result->count++];
    next->code = CLD2::LanguageCode(languages[i]);
    next->percent = percents[i];
    next->normalized_score = scores[i];
  }
  return true;
}

extern "C" const char *ccld2_version(void) { return CLD2::DetectLanguageVersion(); }

extern "C" bool ccld2_has_full_tables(void) { return std::strcmp(ccld2_version(), "V2.0 - 20140204") == 0; }
