/// Functions of eight floats, from the few operations that `lanes_*.h` defines. Included after one of them.
#ifndef ENCODER_LANE_MATH_H
#define ENCODER_LANE_MATH_H

#include <string.h>

typedef int32_t I8 __attribute__((vector_size(32)));
typedef uint8_t B8 __attribute__((vector_size(8)));

/// Added to a number of small magnitude, it leaves the nearest integer (halves to even) in the low bits.
#define ROUNDER 12582912.0f

ON_PATH static inline F8 all(float x) { return (F8){x, x, x, x, x, x, x, x}; }

ON_PATH static inline F8 load(const float *from) {
  F8 v;
  memcpy(&v, from, sizeof v);
  return v;
}

ON_PATH static inline void store(float *to, F8 v) { memcpy(to, &v, sizeof v); }

ON_PATH static inline F8 magnitude(F8 v) { return (F8)((I8)v & 0x7fffffff); }

/// Always in this order: the result must not depend on the compiler's mood.
ON_PATH static inline float sum_of(F8 v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

ON_PATH static inline float largest_of(F8 v) {
  float a = v[0];
  for (int i = 1; i < 8; i++) a = v[i] > a ? v[i] : a;
  return a;
}

/// e^x with a relative error below 2e-7 for x in -87...0, which is all that softmax and GELU ask for; clamped
/// below -87. x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts (Cody and Waite), e^r by its Taylor polynomial.
ON_PATH static inline F8 exponential(F8 x) {
  x = larger(x, all(-87.0f));
  F8 shifted = multiply_add(x, all(1.44269504f), all(ROUNDER));
  F8 n = shifted - all(ROUNDER);
  F8 r = multiply_add(n, all(-0.693359375f), x);
  r = multiply_add(n, all(2.12194440e-4f), r);
  F8 p = multiply_add(r, all(1.0f / 720), all(1.0f / 120));
  p = multiply_add(p, r, all(1.0f / 24));
  p = multiply_add(p, r, all(1.0f / 6));
  p = multiply_add(p, r, all(0.5f));
  p = multiply_add(p, r, all(1.0f));
  p = multiply_add(p, r, all(1.0f));
  return (F8)((I8)p + ((I8)shifted << 23));
}

/// x Phi(x), the exact GELU, with erf by formula 7.1.26 of Abramowitz and Stegun (absolute error 1.5e-7).
ON_PATH static inline F8 gelu_of(F8 x) {
  F8 z = x * all(0.70710678f);
  F8 a = magnitude(z);
  F8 t = all(1.0f) / multiply_add(a, all(0.3275911f), all(1.0f));
  F8 p = multiply_add(t, all(1.061405429f), all(-1.453152027f));
  p = multiply_add(p, t, all(1.421413741f));
  p = multiply_add(p, t, all(-0.284496736f));
  p = multiply_add(p, t, all(0.254829592f));
  F8 erf = all(1.0f) - p * t * exponential(all(0.0f) - a * a);
  erf = (F8)((I8)erf | ((I8)z & (int32_t)0x80000000));
  F8 half = x * all(0.5f);
  return multiply_add(half, erf, half);
}

#endif
