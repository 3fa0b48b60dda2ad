/// Memory of a model, and its weights.

#include <stdlib.h>
#include <string.h>

#include "workspace.h"

static void take_matrix(Arena *arena, Matrix *matrix, uint32_t outputs, uint32_t inputs) {
  matrix->outputs = outputs;
  matrix->inputs = inputs;
  matrix->weights = arena_take(arena, (size_t)outputs * inputs, 1);
  matrix->scales = arena_take(arena, (size_t)outputs * (inputs / ENCODER_BLOCK_WEIGHTS), sizeof(float));
  matrix->corrections = arena_take(arena, (size_t)outputs * (inputs / ENCODER_BLOCK_WEIGHTS), 2 * sizeof(int16_t));
  matrix->bias = arena_take(arena, outputs, sizeof(float));
}

static void take_norm(Arena *arena, Norm *norm, uint32_t size) {
  norm->weight = arena_take(arena, size, sizeof(float));
  norm->bias = arena_take(arena, size, sizeof(float));
}

static void lay_out(EncoderModel *model, Arena *arena) {
  EncoderShape shape = model->shape;
  take_norm(arena, &model->embedding_norm, shape.hidden);
  model->positions = arena_take(arena, (size_t)shape.window * shape.hidden, sizeof(float));
  for (uint32_t i = 0; i < shape.layers; i++) {
    Layer *layer = &model->layers[i];
    take_matrix(arena, &layer->qkv, 3 * shape.hidden, shape.hidden);
    take_matrix(arena, &layer->attention_output, shape.hidden, shape.hidden);
    take_matrix(arena, &layer->feed_forward_in, shape.feed_forward, shape.hidden);
    take_matrix(arena, &layer->feed_forward_out, shape.hidden, shape.feed_forward);
    take_norm(arena, &layer->norms[0], shape.hidden);
    take_norm(arena, &layer->norms[1], shape.hidden);
  }
}

EncoderModel *encoder_model_create(EncoderShape shape) {
  EncoderModel *model = calloc(1, sizeof *model);
  if (!model) return NULL;
  model->shape = shape;
  model->layers = calloc(shape.layers, sizeof *model->layers);
  if (model->layers) {
    Arena arena = {NULL, 0};
    lay_out(model, &arena);
    if (posix_memalign(&model->memory, 64, arena.used) == 0) {
      arena = (Arena){model->memory, 0};
      lay_out(model, &arena);
      return model;
    }
    model->memory = NULL;
  }
  encoder_model_free(model);
  return NULL;
}

void encoder_model_free(EncoderModel *model) {
  if (!model) return;
  free(model->memory);
  free(model->layers);
  free(model);
}

void encoder_model_set_matrix(EncoderModel *model, uint32_t layer, EncoderMatrixName name, const void *blocks,
                              const void *bias) {
  Layer *target = &model->layers[layer];
  uint32_t hidden = model->shape.hidden;
  switch (name) {
    case ENCODER_QUERY:
    case ENCODER_KEY:
    case ENCODER_VALUE:
      encoder_pack(&target->qkv, (uint32_t)name * hidden, hidden, blocks, bias);
      break;
    case ENCODER_ATTENTION_OUTPUT:
      encoder_pack(&target->attention_output, 0, hidden, blocks, bias);
      break;
    case ENCODER_FEED_FORWARD_IN:
      encoder_pack(&target->feed_forward_in, 0, model->shape.feed_forward, blocks, bias);
      break;
    case ENCODER_FEED_FORWARD_OUT:
      encoder_pack(&target->feed_forward_out, 0, hidden, blocks, bias);
      break;
  }
}

static void set_norm(Norm *norm, uint32_t size, const void *weight, const void *bias) {
  memcpy(norm->weight, weight, size * sizeof(float));
  memcpy(norm->bias, bias, size * sizeof(float));
}

void encoder_model_set_norm(EncoderModel *model, uint32_t layer, EncoderNormName name, const void *weight,
                            const void *bias) {
  set_norm(&model->layers[layer].norms[name], model->shape.hidden, weight, bias);
}

void encoder_model_set_embeddings(EncoderModel *model, const void *words, const void *positions, const void *type,
                                  const void *norm_weight, const void *norm_bias) {
  uint32_t hidden = model->shape.hidden;
  model->words = words;
  set_norm(&model->embedding_norm, hidden, norm_weight, norm_bias);
  memcpy(model->positions, positions, (size_t)model->shape.window * hidden * sizeof(float));
  for (size_t i = 0; i < (size_t)model->shape.window * hidden; i++) {
    float addend;
    memcpy(&addend, (const char *)type + i % hidden * sizeof addend, sizeof addend);
    model->positions[i] += addend;
  }
}

bool encoder_linear(EncoderPath path, const void *blocks, const void *bias, uint32_t outputs, uint32_t inputs,
                    const float *x, size_t rows, float *y) {
  Matrix matrix;
  Arena arena = {NULL, 0};
  take_matrix(&arena, &matrix, outputs, inputs);
  Activations quantised = activations_take(&arena, rows, rows * inputs);
  void *memory;
  if (posix_memalign(&memory, 64, arena.used) != 0) return false;
  arena = (Arena){memory, 0};
  take_matrix(&arena, &matrix, outputs, inputs);
  quantised = activations_take(&arena, rows, rows * inputs);
  encoder_pack(&matrix, 0, outputs, blocks, bias);
  encoder_linear_packed(path, &matrix, x, rows, quantised, y);
  free(memory);
  return true;
}
