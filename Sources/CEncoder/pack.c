/// From 4-bit blocks as they lie in the file to the layout that the kernels read.

#include <string.h>

#include "model.h"

float encoder_half(const uint8_t *bytes) {
  uint32_t half = bytes[0] | (uint32_t)bytes[1] << 8;
  uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
  if (exponent == 0) {  // zero or subnormal: fraction * 2^-24 is exact
    float value = (float)fraction * 0x1p-24f;
    return sign ? -value : value;
  }
  uint32_t bits = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// Four weights at once, from nibbles 0...15 in four bytes to -8...7: byte by byte without a carry.
static uint32_t centred(uint32_t nibbles) { return (nibbles + 0x78787878u) ^ 0x80808080u; }

/// Unpacks one block of output `lane` of a panel, and what its two lanes begin with.
static void unpack_block(const uint8_t *packed, int8_t *panel, uint32_t lane, int16_t *corrections) {
  uint32_t bytes = 0;  // four sums of eight nibbles each: at most 120
  for (uint32_t quad = 0; quad < 4; quad++) {
    uint32_t both;
    memcpy(&both, packed + 4 * quad, sizeof both);
    uint32_t low = both & 0x0f0f0f0fu, high = both >> 4 & 0x0f0f0f0fu;
    bytes += low + high;
    low = centred(low);
    high = centred(high);
    memcpy(panel + (quad * PANEL + lane) * 4, &low, sizeof low);
    memcpy(panel + ((quad + 4) * PANEL + lane) * 4, &high, sizeof high);
  }
  uint32_t pairs = (bytes & 0x00ff00ffu) + (bytes >> 8 & 0x00ff00ffu);
  const int centre = 8 * ENCODER_BLOCK_WEIGHTS / 2;
  corrections[0] = (int16_t)(-ZERO_POINT * ((int)(pairs & 0xffff) - centre));
  corrections[1] = (int16_t)(-ZERO_POINT * ((int)(pairs >> 16) - centre));
}

void encoder_pack(Matrix *matrix, uint32_t first, uint32_t count, const uint8_t *blocks, const uint8_t *bias) {
  uint32_t per_row = matrix->inputs / ENCODER_BLOCK_WEIGHTS;
  size_t panel_bytes = (size_t)matrix->inputs * PANEL;
  for (uint32_t row = 0; row < count; row++) {
    uint32_t output = first + row, lane = output % PANEL;
    int8_t *panel = matrix->weights + output / PANEL * panel_bytes;
    float *scales = matrix->scales + (size_t)(output / PANEL) * per_row * PANEL + lane;
    int16_t *corrections = matrix->corrections + 2 * (scales - matrix->scales);
    for (uint32_t b = 0; b < per_row; b++) {
      const uint8_t *block = blocks + ((size_t)row * per_row + b) * ENCODER_BLOCK_BYTES;
      scales[(size_t)b * PANEL] = encoder_half(block);
      unpack_block(block + 2, panel + (size_t)b * ENCODER_BLOCK_WEIGHTS * PANEL, lane,
                   corrections + 2 * (size_t)b * PANEL);
    }
  }
  memcpy(matrix->bias + first, bias, (size_t)count * sizeof(float));
}
