/// The integer product with AVX-512 VNNI: one instruction multiplies four bytes each of 16 outputs and adds them to
/// 32-bit sums. Everything after the integer sums is done as with AVX2 and in the same order: equal results.

#define ON_PRODUCT __attribute__((target("avx2,fma,avx512f,avx512vnni")))

/// `rows` rows of activations times one panel.
ON_PRODUCT static inline __attribute__((always_inline)) void multiply_tile(const Matrix *matrix, uint32_t panel,
                                                                           Activations x, int rows, float *y) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  const int8_t *weights = matrix->weights + panel * PANEL * inputs;
  const float *scales = matrix->scales + panel * PANEL * blocks, *offsets = matrix->offsets + panel * PANEL * blocks;
  __m512 sums[TILE_ROWS];
  for (int r = 0; r < rows; r++) sums[r] = _mm512_loadu_ps(matrix->bias + panel * PANEL);
  for (size_t b = 0; b < blocks; b++, scales += PANEL, offsets += PANEL) {
    __m512i block[TILE_ROWS];
    for (int r = 0; r < rows; r++) block[r] = _mm512_setzero_si512();
    for (int quad = 0; quad < 8; quad++, weights += 64) {
      __m512i w = _mm512_loadu_si512(weights);
      for (int r = 0; r < rows; r++) {
        int32_t four;
        memcpy(&four, x.bytes + (size_t)r * inputs + b * ENCODER_BLOCK_WEIGHTS + 4 * (size_t)quad, sizeof four);
        block[r] = _mm512_dpbusd_epi32(block[r], _mm512_set1_epi32(four), w);
      }
    }
    __m512 scale = _mm512_loadu_ps(scales), offset = _mm512_loadu_ps(offsets);
    for (int r = 0; r < rows; r++) {
      __m512 total = _mm512_fmsub_ps(_mm512_cvtepi32_ps(block[r]), scale, offset);
      sums[r] = _mm512_fmadd_ps(total, _mm512_set1_ps(x.steps[(size_t)r * blocks + b]), sums[r]);
    }
  }
  for (int r = 0; r < rows; r++) _mm512_storeu_ps(y + (size_t)r * matrix->outputs + panel * PANEL, sums[r]);
}
