/// The integer product with AVX2.
///
/// `vpmaddubsw` multiplies unsigned bytes (activations) with signed ones (weights) and adds pairs into 16 bits,
/// saturating. Here nothing ever saturates: a pair is at most 2 x 255 x 8 = 4080 in magnitude. Eight pairs are added to
/// the correction of their lane, which wraps round on the way and ends at 16384 at most: so a block is summed in 16
/// bits, then multiplied with its step, widened and scaled.

enum { TILE_ROWS = 6 };

/// Keeps the compiler from reordering work round a value. Left alone, it loads all weights of a block first, has no
/// registers left for the sums, and loses a third of the speed.
#define PIN(value) __asm__ volatile("" : "+x"(value))

/// `rows` rows of activations times one panel.
ON_PRODUCT static inline __attribute__((always_inline)) void multiply_tile(const Matrix *matrix, uint32_t panel,
                                                                           Activations x, int rows, float *y,
                                                                           size_t stride) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  const __m256i *weights = (const __m256i *)(matrix->weights + panel * PANEL * inputs);
  const float *scales = matrix->scales + panel * PANEL * blocks;
  const __m256i *corrections = (const __m256i *)(matrix->corrections + 2 * panel * PANEL * blocks);
  // A block's sums fill the registers. Those of all blocks are in memory, where the addition fetches them.
  _Alignas(32) float sums[TILE_ROWS][2][8];
  for (int r = 0; r < rows; r++)
    for (int half = 0; half < 2; half++) store(sums[r][half], all(0.0f));
  for (size_t b = 0; b < blocks; b++, scales += PANEL, corrections += 2) {
    __asm__ volatile("" : "+m"(sums));
    __m256i block[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int quad = 0; quad < 8; quad++, weights += 2) {
      __m256i first = _mm256_load_si256(weights), second = _mm256_load_si256(weights + 1);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        int32_t four;
        memcpy(&four, x.bytes + (size_t)r * inputs + b * ENCODER_BLOCK_WEIGHTS + 4 * (size_t)quad, sizeof four);
        __m256i a = _mm256_set1_epi32(four);
        block[r][0] = _mm256_add_epi16(quad ? block[r][0] : corrections[0], _mm256_maddubs_epi16(a, first));
        block[r][1] = _mm256_add_epi16(quad ? block[r][1] : corrections[1], _mm256_maddubs_epi16(a, second));
        PIN(block[r][0]);
        PIN(block[r][1]);
      }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      __m256i multiplier = _mm256_set1_epi32(x.multipliers[(size_t)r * blocks + b]);
#pragma clang loop unroll(full)
      for (int half = 0; half < 2; half++) {
        F8 total = _mm256_cvtepi32_ps(_mm256_madd_epi16(block[r][half], multiplier));
        store(sums[r][half], multiply_add(total, load(scales + 8 * half), load(sums[r][half])));
      }
    }
  }
  for (int r = 0; r < rows; r++)
    for (int half = 0; half < 2; half++)
      store(y + (size_t)r * stride + 8 * half,
            multiply_add(load(sums[r][half]), all(x.units[r]), load(matrix->bias + panel * PANEL + 8 * half)));
}

/// One tile. The number of rows is a constant in each call, so that its loops unroll.
ON_PRODUCT static inline void multiply_some(const Matrix *matrix, uint32_t panel, Activations x, size_t rows,
                                            float *y, size_t stride) {
  switch (rows) {
    case 1: multiply_tile(matrix, panel, x, 1, y, stride); break;
    case 2: multiply_tile(matrix, panel, x, 2, y, stride); break;
    case 3: multiply_tile(matrix, panel, x, 3, y, stride); break;
    case 4: multiply_tile(matrix, panel, x, 4, y, stride); break;
    case 5: multiply_tile(matrix, panel, x, 5, y, stride); break;
    default: multiply_tile(matrix, panel, x, TILE_ROWS, y, stride);
  }
}
