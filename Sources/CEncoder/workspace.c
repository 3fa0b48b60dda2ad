/// Memory of a workspace.

#include "workspace.h"

#include <stdlib.h>

static void lay_out(EncoderWorkspace *w, const EncoderModel *model, size_t tokens, Arena *arena) {
  const size_t hidden = model->shape.hidden, wide = model->shape.feed_forward, size = hidden / model->shape.heads;
  const size_t longest = ((size_t)model->shape.window + 15) / 16 * 16;
  w->states = arena_take(arena, tokens * hidden, sizeof(float));
  w->qkv = arena_take(arena, tokens * hidden * 3, sizeof(float));
  w->context = arena_take(arena, tokens * hidden, sizeof(float));
  w->between = arena_take(arena, FEED_FORWARD_ROWS * ENCODER_BLOCK_WEIGHTS, sizeof(float));
  w->quantised = activations_take(arena, tokens, tokens * hidden);
  w->wide = activations_take(arena, FEED_FORWARD_ROWS, FEED_FORWARD_ROWS * wide);
  w->head.keys = arena_take(arena, longest * size, sizeof(float));
  w->head.values = arena_take(arena, longest * size, sizeof(float));
  w->head.scores = arena_take(arena, longest * QUERY_ROWS, sizeof(float));
}

EncoderWorkspace *encoder_workspace_create(const EncoderModel *model, size_t tokens) {
  EncoderWorkspace *w = calloc(1, sizeof *w);
  if (!w) return NULL;
  Arena arena = {NULL, 0};
  lay_out(w, model, tokens, &arena);
  if (posix_memalign(&w->memory, 64, arena.used) != 0) {
    free(w);
    return NULL;
  }
  arena = (Arena){w->memory, 0};
  lay_out(w, model, tokens, &arena);
  return w;
}

void encoder_workspace_free(EncoderWorkspace *workspace) {
  if (!workspace) return;
  free(workspace->memory);
  free(workspace);
}
