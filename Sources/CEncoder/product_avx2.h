/// The integer product with AVX2.
///
/// `vpmaddubsw` multiplies unsigned bytes (activations) with signed ones (weights) and adds pairs into 16 bits,
/// saturating. Here nothing ever saturates: a pair is at most 2 x 255 x 8 = 4080 in magnitude, and the eight pairs
/// that a lane sees of a block of 32 inputs at most 32640. So a block is summed in 16 bits, then widened and scaled.

/// Keeps the compiler from reordering work round a value. Left alone, it loads all weights of a block first, has no
/// registers left for the sums, and loses a third of the speed.
#define PIN(value) __asm__ volatile("" : "+x"(value))

/// `rows` rows of activations times one panel.
ON_PRODUCT static inline __attribute__((always_inline)) void multiply_tile(const Matrix *matrix, uint32_t panel,
                                                                           Activations x, int rows, float *y) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  const __m256i *weights = (const __m256i *)(matrix->weights + panel * PANEL * inputs);
  const float *scales = matrix->scales + panel * PANEL * blocks, *offsets = matrix->offsets + panel * PANEL * blocks;
  const __m256i ones = _mm256_set1_epi16(1);
  F8 sums[TILE_ROWS][2];
  for (int r = 0; r < rows; r++)
    for (int half = 0; half < 2; half++) sums[r][half] = load(matrix->bias + panel * PANEL + 8 * half);
  for (size_t b = 0; b < blocks; b++, scales += PANEL, offsets += PANEL) {
    __m256i block[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int quad = 0; quad < 8; quad++, weights += 2) {
      __m256i first = _mm256_load_si256(weights), second = _mm256_load_si256(weights + 1);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        int32_t four;
        memcpy(&four, x.bytes + (size_t)r * inputs + b * ENCODER_BLOCK_WEIGHTS + 4 * (size_t)quad, sizeof four);
        __m256i a = _mm256_set1_epi32(four);
        __m256i low = _mm256_maddubs_epi16(a, first), high = _mm256_maddubs_epi16(a, second);
        block[r][0] = quad ? _mm256_add_epi16(block[r][0], low) : low;
        block[r][1] = quad ? _mm256_add_epi16(block[r][1], high) : high;
        PIN(block[r][0]);
        PIN(block[r][1]);
      }
    }
#pragma clang loop unroll(full)
    for (int half = 0; half < 2; half++) {
      F8 scale = load(scales + 8 * half), offset = load(offsets + 8 * half);
      for (int r = 0; r < rows; r++) {
        F8 total = _mm256_cvtepi32_ps(_mm256_madd_epi16(block[r][half], ones));
        total = _mm256_fmsub_ps(total, scale, offset);
        sums[r][half] = multiply_add(total, all(x.steps[(size_t)r * blocks + b]), sums[r][half]);
      }
    }
  }
  for (int r = 0; r < rows; r++)
    for (int half = 0; half < 2; half++)
      store(y + (size_t)r * matrix->outputs + panel * PANEL + 8 * half, sums[r][half]);
}
