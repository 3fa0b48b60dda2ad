/// Which path this machine can run, and the way there.

#include "model.h"

bool encoder_path_supported(EncoderPath path) {
  switch (path) {
    case ENCODER_PATH_PORTABLE: return true;
#if defined(__x86_64__)
    case ENCODER_PATH_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ENCODER_PATH_AVX512_VNNI:
      return encoder_path_supported(ENCODER_PATH_AVX2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
#else
    case ENCODER_PATH_AVX2:
    case ENCODER_PATH_AVX512_VNNI: return false;
#endif
  }
  return false;
}

EncoderPath encoder_path_best(void) {
  if (encoder_path_supported(ENCODER_PATH_AVX512_VNNI)) return ENCODER_PATH_AVX512_VNNI;
  return encoder_path_supported(ENCODER_PATH_AVX2) ? ENCODER_PATH_AVX2 : ENCODER_PATH_PORTABLE;
}

#if defined(__x86_64__)
#define DISPATCH(path, name, ...)                                                    \
  switch (path) {                                                                   \
    case ENCODER_PATH_AVX512_VNNI: name##_avx512_vnni(__VA_ARGS__); break;          \
    case ENCODER_PATH_AVX2: name##_avx2(__VA_ARGS__); break;                        \
    case ENCODER_PATH_PORTABLE: name##_portable(__VA_ARGS__); break;                \
  }
#else
#define DISPATCH(path, name, ...) ((void)(path), name##_portable(__VA_ARGS__))
#endif

void encoder_forward(const EncoderModel *model, EncoderPath path, const int32_t *tokens, const uint32_t *offsets,
                     size_t count, EncoderWorkspace *workspace, float *vectors) {
  DISPATCH(path, forward, model, tokens, offsets, count, workspace, vectors);
}

void encoder_gelu(EncoderPath path, float *x, size_t count) { DISPATCH(path, gelu, x, count); }

void encoder_linear_packed(EncoderPath path, const Matrix *matrix, const float *x, size_t rows,
                           Activations quantised, float *y) {
  DISPATCH(path, linear, matrix, x, rows, quantised, y);
}
