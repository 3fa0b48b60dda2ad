/// Compute kernels of a BERT sentence encoder with 4-bit weights, for EncoderKit.
///
/// Nothing here reads files or checks sizes: the caller has validated every pointer and length. All functions
/// but the `set` ones may be called from several threads at once.
#ifndef CENCODER_H
#define CENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many weights share one scale in a 4-bit block, and how many bytes a block has: a 16-bit float and
/// 16 bytes that hold weight j in the low and weight j + 16 in the high nibble, both with an offset of 8.
enum { ENCODER_BLOCK_WEIGHTS = 32, ENCODER_BLOCK_BYTES = 18 };

/// One set of instructions that the kernels are written for.
///
/// Within one path a result is the same bit for bit on every machine. AVX2 and AVX-512 VNNI also agree with each
/// other, since both do the same arithmetic in the same order; the portable path rounds twice where they fuse a
/// multiplication with an addition and so differs from them in the last bits.
typedef enum EncoderPath {
  ENCODER_PATH_PORTABLE = 0,
  ENCODER_PATH_AVX2 = 1,
  ENCODER_PATH_AVX512_VNNI = 2,
} EncoderPath;

/// Whether this machine can run a path.
bool encoder_path_supported(EncoderPath path);

/// The fastest path that this machine can run.
EncoderPath encoder_path_best(void);

/// Sizes of a model: `hidden` and `feed_forward` are multiples of 32, `hidden / heads` one of 8, none is 0.
typedef struct EncoderShape {
  uint32_t hidden;
  uint32_t feed_forward;
  uint32_t heads;
  uint32_t layers;
  /// Most tokens in one text.
  uint32_t window;
  /// What layer normalisation adds to the variance.
  float epsilon;
} EncoderShape;

/// The matrices of a layer. Query, key and value are `hidden x hidden` and are stored as one.
typedef enum EncoderMatrixName {
  ENCODER_QUERY = 0,
  ENCODER_KEY = 1,
  ENCODER_VALUE = 2,
  ENCODER_ATTENTION_OUTPUT = 3,
  ENCODER_FEED_FORWARD_IN = 4,
  ENCODER_FEED_FORWARD_OUT = 5,
} EncoderMatrixName;

/// The layer normalisations of a layer, in the order in which they are applied.
typedef enum EncoderNormName {
  ENCODER_ATTENTION_NORM = 0,
  ENCODER_FEED_FORWARD_NORM = 1,
} EncoderNormName;

typedef struct EncoderModel EncoderModel;

/// Memory for a model, or NULL when there is none. Every weight must be set before the first `encoder_forward`.
EncoderModel *encoder_model_create(EncoderShape shape);
void encoder_model_free(EncoderModel *model);

/// Unpacks 4-bit blocks, row after row of outputs, into the kernels' layout; `bias` has a float per output.
void encoder_model_set_matrix(EncoderModel *model, uint32_t layer, EncoderMatrixName name, const void *blocks,
                              const void *bias);

/// Copies the `hidden` weights and biases of a layer normalisation.
void encoder_model_set_norm(EncoderModel *model, uint32_t layer, EncoderNormName name, const void *weight,
                            const void *bias);

/// Sets the embeddings: `words` has a row of 4-bit blocks per token and must outlive the model, since rows are
/// read from it when they are needed; `positions` has `window` rows of floats; `type` is added to each of them.
void encoder_model_set_embeddings(EncoderModel *model, const void *words, const void *positions, const void *type,
                                  const void *norm_weight, const void *norm_bias);

typedef struct EncoderWorkspace EncoderWorkspace;

/// What one call of `encoder_forward` at a time works in, for at most so many tokens; NULL when there is no memory.
EncoderWorkspace *encoder_workspace_create(const EncoderModel *model, size_t tokens);
void encoder_workspace_free(EncoderWorkspace *workspace);

/// Encodes texts: embedding, layers, mean over all tokens of a text, L2 norm 1.
///
/// Text i is `tokens[offsets[i] ..< offsets[i + 1]]`, neither empty nor longer than the window; ids must be rows
/// of `words`. A text's vector depends on that text alone. `vectors` receives `count` rows of `hidden` floats.
void encoder_forward(const EncoderModel *model, EncoderPath path, const int32_t *tokens, const uint32_t *offsets,
                     size_t count, EncoderWorkspace *workspace, float *vectors);

/// One matrix product by itself, for tests and measurements: `y = x W^T + bias` with `rows` rows of `inputs` floats
/// in x and of `outputs` (a multiple of 16) in y. Returns false when there is no memory.
bool encoder_linear(EncoderPath path, const void *blocks, const void *bias, uint32_t outputs, uint32_t inputs,
                    const float *x, size_t rows, float *y);

/// The activation x * Phi(x) in place, for tests.
void encoder_gelu(EncoderPath path, float *x, size_t count);

#endif
