/// Eight floats at once with AVX2 and FMA.
#ifndef ENCODER_LANES_H
#define ENCODER_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define ON_PATH __attribute__((target("avx2,fma")))
typedef __m256 F8;

ON_PATH static inline F8 multiply_add(F8 a, F8 b, F8 c) { return _mm256_fmadd_ps(a, b, c); }
ON_PATH static inline F8 larger(F8 a, F8 b) { return _mm256_max_ps(a, b); }
ON_PATH static inline F8 smaller(F8 a, F8 b) { return _mm256_min_ps(a, b); }

#endif
