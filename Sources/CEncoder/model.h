/// How a model lies in memory; shared by all paths.
#ifndef ENCODER_MODEL_H
#define ENCODER_MODEL_H

#include "include/CEncoder.h"

/// Outputs in a panel: one AVX-512 register of 32-bit sums, or two of AVX2.
enum { PANEL = 16 };

enum {
  /// What a quantised activation of 0 is stored as.
  ZERO_POINT = 128,
  /// The multiplier of the block of a row that has the longest steps.
  LARGEST_MULTIPLIER = 32767,
};

/// A packed matrix. Panel p holds outputs 16p ..< 16p + 16. Within it, four neighbouring inputs of an output lie
/// side by side, since one instruction multiplies and adds four:
///   weights[outputs / 16][inputs / 4][16][4], -8...7;   scales[outputs / 16][inputs / 32][16]
/// A block of 32 inputs is summed in two 16-bit lanes an output: inputs 0 and 1 of each four in one, 2 and 3 in the
/// other.
typedef struct Matrix {
  uint32_t outputs;
  uint32_t inputs;
  int8_t *weights;
  float *scales;
  /// What the two lanes of each output begin with, laid out as the scales: less `ZERO_POINT` times the weights that
  /// are summed there. With it a lane ends at 16384 in magnitude at most; before that it may wrap round.
  int16_t *corrections;
  float *bias;
} Matrix;

typedef struct Norm {
  float *weight;
  float *bias;
} Norm;

typedef struct Layer {
  Matrix qkv;
  Matrix attention_output;
  Matrix feed_forward_in;
  Matrix feed_forward_out;
  Norm norms[2];
} Layer;

struct EncoderModel {
  EncoderShape shape;
  const uint8_t *words;
  /// Position plus type embedding.
  float *positions;
  Norm embedding_norm;
  Layer *layers;
  /// Everything above but `words` points in here.
  void *memory;
};

/// Unpacks rows `first ..< first + count` (multiples of 16) of a matrix.
void encoder_pack(Matrix *matrix, uint32_t first, uint32_t count, const uint8_t *blocks, const uint8_t *bias);

/// A 16-bit float in IEEE 754 binary16, little-endian.
float encoder_half(const uint8_t *bytes);

/// Quantised rows: number i of a row is about `steps[i / 32] * (bytes[i] - ZERO_POINT)`.
///
/// The product takes a block's step as a whole number of units of its row, so that integer sums can be multiplied with
/// it. The longest step has 32767 units: what is lost is a hundredth of what rounding to bytes loses.
typedef struct Activations {
  uint8_t *bytes;
  float *steps;
  int32_t *multipliers;  ///< units in a block's step, once in the low and once in the high 16 bits
  float *units;          ///< for each row
} Activations;

/// The same functions once per path; `run.h` is their source.
#define DECLARE_PATH(path)                                                                              \
  void forward_##path(const EncoderModel *, const int32_t *, const uint32_t *, size_t, EncoderWorkspace *, \
                      float *);                                                                           \
  void linear_##path(const Matrix *, const float *, size_t, Activations, float *);                        \
  void gelu_##path(float *, size_t);
DECLARE_PATH(portable)
#if defined(__x86_64__)
DECLARE_PATH(avx2)
DECLARE_PATH(avx512_vnni)
#endif
#undef DECLARE_PATH

/// Quantises rows of x into `quantised`, then multiplies.
void encoder_linear_packed(EncoderPath path, const Matrix *matrix, const float *x, size_t rows,
                           Activations quantised, float *y);

#endif
