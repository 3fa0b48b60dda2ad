/// The integer product with AVX-512 VNNI: one instruction multiplies four bytes each of 16 outputs and adds them to
/// 32-bit sums. Everything after the integer sums is done as with AVX2 and in the same order: equal results. A sum
/// times its multiplier is rounded once, there from an integer of 32 bits and here from the product of two floats.

#define ON_PRODUCT __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vnni")))

enum { TILE_ROWS = 4 };

/// `rows` rows of activations times one panel.
ON_PRODUCT static inline __attribute__((always_inline)) void multiply_tile(const Matrix *matrix, uint32_t panel,
                                                                           Activations x, int rows, float *y,
                                                                           size_t stride) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  const int8_t *weights = matrix->weights + panel * PANEL * inputs;
  const float *scales = matrix->scales + panel * PANEL * blocks;
  const int16_t *corrections = matrix->corrections + 2 * panel * PANEL * blocks;
  const __m512i ones = _mm512_set1_epi16(1);
  __m512 sums[TILE_ROWS];
  for (int r = 0; r < rows; r++) sums[r] = _mm512_setzero_ps();
  for (size_t b = 0; b < blocks; b++, scales += PANEL, corrections += 2 * PANEL) {
    __m512i block[TILE_ROWS], correction = _mm512_madd_epi16(_mm512_loadu_si512(corrections), ones);
    for (int r = 0; r < rows; r++) block[r] = correction;
    for (int quad = 0; quad < 8; quad++, weights += 64) {
      __m512i w = _mm512_loadu_si512(weights);
      for (int r = 0; r < rows; r++) {
        int32_t four;
        memcpy(&four, x.bytes + (size_t)r * inputs + b * ENCODER_BLOCK_WEIGHTS + 4 * (size_t)quad, sizeof four);
        block[r] = _mm512_dpbusd_epi32(block[r], _mm512_set1_epi32(four), w);
      }
    }
    __m512 scale = _mm512_loadu_ps(scales);
    for (int r = 0; r < rows; r++) {
      __m512 multiplier = _mm512_set1_ps((float)(x.multipliers[(size_t)r * blocks + b] & 0xffff));
      sums[r] = _mm512_fmadd_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(block[r]), multiplier), scale, sums[r]);
    }
  }
  __m512 bias = _mm512_loadu_ps(matrix->bias + panel * PANEL);
  for (int r = 0; r < rows; r++)
    _mm512_storeu_ps(y + (size_t)r * stride, _mm512_fmadd_ps(sums[r], _mm512_set1_ps(x.units[r]), bias));
}

/// One tile. The number of rows is a constant in each call, so that its loops unroll and its sums stay in registers.
ON_PRODUCT static inline void multiply_some(const Matrix *matrix, uint32_t panel, Activations x, size_t rows,
                                            float *y, size_t stride) {
  switch (rows) {
    case 1: multiply_tile(matrix, panel, x, 1, y, stride); break;
    case 2: multiply_tile(matrix, panel, x, 2, y, stride); break;
    case 3: multiply_tile(matrix, panel, x, 3, y, stride); break;
    default: multiply_tile(matrix, panel, x, TILE_ROWS, y, stride);
  }
}
