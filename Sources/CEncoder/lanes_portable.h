/// Eight floats at once, in the compiler's vector types: for any processor.
#ifndef ENCODER_LANES_H
#define ENCODER_LANES_H

#include <stdint.h>

// Without AVX, compilers warn that a vector of 32 bytes is passed by another convention than with it. No function
// with such an argument is visible outside its file.
#pragma GCC diagnostic ignored "-Wpsabi"

#define ON_PATH
#define ON_PRODUCT
typedef float F8 __attribute__((vector_size(32)));

/// Rounds twice: not every processor that comes here can fuse, and emulating it would be far too slow.
static inline F8 multiply_add(F8 a, F8 b, F8 c) { return a * b + c; }

static inline F8 larger(F8 a, F8 b) {
  for (int i = 0; i < 8; i++) a[i] = a[i] > b[i] ? a[i] : b[i];
  return a;
}

static inline F8 smaller(F8 a, F8 b) {
  for (int i = 0; i < 8; i++) a[i] = a[i] < b[i] ? a[i] : b[i];
  return a;
}

#endif
