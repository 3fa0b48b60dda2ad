/// Quantisation and layer normalisation of rows; included after `lane_math.h`.

#include <math.h>

#include "workspace.h"

/// Quantises a block of 32 numbers to 255 steps round zero; returns the step.
ON_PATH static inline float quantise_block(const F8 v[4], uint8_t *bytes) {
  float most = largest_of(larger(larger(magnitude(v[0]), magnitude(v[1])), larger(magnitude(v[2]), magnitude(v[3]))));
  bool empty = !(most > 1e-30f);
  F8 scale = all(empty ? 0.0f : 127.0f / most);
  for (int i = 0; i < 4; i += 2) {
    // The rounder leaves the integer in the low byte, in two's complement.
    I8 low = (I8)multiply_add(v[i], scale, all(ROUNDER)), high = (I8)multiply_add(v[i + 1], scale, all(ROUNDER));
    I16 both = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    B16 sixteen = __builtin_convertvector(both & 255, B16) + ZERO_POINT;
    memcpy(bytes + 8 * (size_t)i, &sixteen, sizeof sixteen);
  }
  return empty ? 0.0f : most / 127.0f;
}

/// Sets units and multipliers of rows of `blocks` blocks, whose steps are known.
ON_PATH static void measure_steps(size_t rows, size_t blocks, Activations to) {
  for (size_t r = 0; r < rows; r++) {
    const float *steps = to.steps + r * blocks;
    int32_t *multipliers = to.multipliers + r * blocks;
    float longest = 0.0f;
    for (size_t b = 0; b < blocks; b++) longest = steps[b] > longest ? steps[b] : longest;
    to.units[r] = longest / LARGEST_MULTIPLIER;
    float scale = longest > 0.0f ? LARGEST_MULTIPLIER / longest : 0.0f;
    for (size_t b = 0; b < blocks; b++) {
      int32_t units = (int32_t)(steps[b] * scale + 0.5f);
      multipliers[b] = units | units << 16;
    }
  }
}

/// Quantises rows of `count` numbers, each block of 32 by itself.
ON_PATH static void quantise(const float *x, size_t rows, size_t count, Activations to) {
  for (size_t b = 0; b < rows * count / ENCODER_BLOCK_WEIGHTS; b++) {
    F8 v[4];
    for (int i = 0; i < 4; i++) v[i] = load(x + b * ENCODER_BLOCK_WEIGHTS + 8 * (size_t)i);
    to.steps[b] = quantise_block(v, to.bytes + b * ENCODER_BLOCK_WEIGHTS);
  }
  measure_steps(rows, count / ENCODER_BLOCK_WEIGHTS, to);
}

/// row = norm(row + addend), or norm(row) when `addend` is NULL. `Layer normalization`, Ba et al. 2016.
ON_PATH static void normalise(float *row, const float *addend, size_t count, const Norm *norm, float epsilon) {
  F8 sum = all(0.0f);
  for (size_t i = 0; i < count; i += 8) {
    F8 v = load(row + i);
    if (addend) {
      v = v + load(addend + i);
      store(row + i, v);
    }
    sum = sum + v;
  }
  F8 mean = all(sum_of(sum) / (float)count), squares = all(0.0f);
  for (size_t i = 0; i < count; i += 8) {
    F8 v = load(row + i) - mean;
    squares = multiply_add(v, v, squares);
  }
  F8 inverse = all(1.0f / sqrtf(sum_of(squares) / (float)count + epsilon));
  for (size_t i = 0; i < count; i += 8) {
    F8 v = (load(row + i) - mean) * inverse;
    store(row + i, multiply_add(v, load(norm->weight + i), load(norm->bias + i)));
  }
}
