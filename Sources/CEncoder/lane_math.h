/// Functions of eight floats, from the few operations that `lanes_*.h` defines. Included after one of them.
#ifndef ENCODER_LANE_MATH_H
#define ENCODER_LANE_MATH_H

#include <string.h>

typedef int32_t I8 __attribute__((vector_size(32)));
typedef int32_t I16 __attribute__((vector_size(64)));
typedef uint8_t B16 __attribute__((vector_size(16)));

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
  v = larger(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
  v = larger(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));
  v = larger(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
  return v[0];
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

/// x Phi(x), the exact GELU. erf(x / sqrt 2) is a quotient of two polynomials in x^2, fitted for the smallest largest
/// error (Lawson's iteration); beyond 5.6 it is 1 in 32 bits. The error is at most 1e-6, or 1e-6 of the value above 1.
ON_PATH static inline F8 gelu_of(F8 x) {
  // In this order a NaN stays one.
  F8 half = larger(all(-5.6f), x) * all(0.5f);
  F8 z = smaller(larger(all(-5.6f), x), all(5.6f));
  F8 square = z * z;
  F8 p = multiply_add(square, all(4.34894958e-8f), all(1.29030234e-5f));
  p = multiply_add(p, square, all(3.64962537e-4f));
  p = multiply_add(p, square, all(9.5209180e-3f));
  p = multiply_add(p, square, all(7.03665761e-2f));
  p = multiply_add(p, square, all(0.797884356f));
  F8 q = multiply_add(square, all(1.17549168e-6f), all(7.80511862e-5f));
  q = multiply_add(q, square, all(1.9618417e-3f));
  q = multiply_add(q, square, all(2.94116004e-2f));
  q = multiply_add(q, square, all(0.254856501f));
  q = multiply_add(q, square, all(1.0f));
  return multiply_add(half, z * p / q, half);
}

#endif
