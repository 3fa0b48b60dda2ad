/// The integer product in plain C and the compiler's vector types.
///
/// A weight times an activation is at most 8 x 255 in magnitude, and eight of them fit into 16 bits: so the 64
/// products of a quad of inputs with a panel are summed in 16-bit lanes over a block.

typedef int8_t Bytes64 __attribute__((vector_size(64)));
typedef int16_t Words64 __attribute__((vector_size(128)));
typedef int32_t Pairs32 __attribute__((vector_size(128)));
typedef int64_t Quads16 __attribute__((vector_size(128)));
typedef int32_t Totals16 __attribute__((vector_size(64)));

/// Sums of four neighbouring lanes.
static inline Totals16 totals_of(Words64 words) {
  Pairs32 pairs = (Pairs32)words;
  pairs = (pairs << 16 >> 16) + (pairs >> 16);
  Quads16 quads = (Quads16)pairs;
  return __builtin_convertvector(quads, Totals16) + __builtin_convertvector(quads >> 32, Totals16);
}

enum { TILE_ROWS = 4 };

/// At most `TILE_ROWS` rows of activations times one panel.
static inline void multiply_some(const Matrix *matrix, uint32_t panel, Activations x, size_t rows, float *y,
                                 size_t stride) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  for (size_t r = 0; r < rows && r < TILE_ROWS; r++) {
    const int8_t *weights = matrix->weights + panel * PANEL * inputs;
    const float *scales = matrix->scales + panel * PANEL * blocks;
    const int16_t *corrections = matrix->corrections + 2 * panel * PANEL * blocks;
    const uint8_t *bytes = x.bytes + r * inputs;
    F8 sums[2] = {all(0.0f), all(0.0f)};
    for (size_t b = 0; b < blocks; b++, scales += PANEL, corrections += 2 * PANEL) {
      Words64 words = {0};
      for (int quad = 0; quad < 8; quad++, bytes += 4, weights += 64) {
        const int16_t four[4] = {bytes[0], bytes[1], bytes[2], bytes[3]};
        int64_t repeated;
        memcpy(&repeated, four, sizeof repeated);
        Bytes64 w;
        memcpy(&w, weights, sizeof w);
        words += __builtin_convertvector(w, Words64) * (Words64)((Quads16){0} + repeated);
      }
      int32_t totals[PANEL];
      Totals16 t = totals_of(words);
      memcpy(totals, &t, sizeof totals);
      for (int lane = 0; lane < PANEL; lane++) totals[lane] += corrections[2 * lane] + corrections[2 * lane + 1];
      F8 multiplier = all((float)(x.multipliers[r * blocks + b] & 0xffff));
      for (int half = 0; half < 2; half++) {
        I8 integers;
        memcpy(&integers, totals + 8 * half, sizeof integers);
        F8 total = __builtin_convertvector(integers, F8) * multiplier;
        sums[half] = multiply_add(total, load(scales + 8 * half), sums[half]);
      }
    }
    for (int half = 0; half < 2; half++)
      store(y + r * stride + 8 * half,
            multiply_add(sums[half], all(x.units[r]), load(matrix->bias + panel * PANEL + 8 * half)));
  }
}
