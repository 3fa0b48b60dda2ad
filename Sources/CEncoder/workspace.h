/// What one call of `encoder_forward` works in.
#ifndef ENCODER_WORKSPACE_H
#define ENCODER_WORKSPACE_H

#include "arena.h"
#include "model.h"

enum {
  /// Tokens of the texts that go through a layer together, unless one text alone has more: what is known of them stays
  /// in cache.
  GROUP_TOKENS = 96,
  /// Rows that go through the feed-forward matrices together, so that what lies between stays in cache.
  FEED_FORWARD_ROWS = 72,
  /// Queries that share one pass over the keys.
  QUERY_ROWS = 4,
};

/// One head's keys and values, and the scores of a few queries.
typedef struct HeadBuffers {
  float *keys;    ///< [length / 16][head size][16], the last panel filled up with zeros
  float *values;  ///< [length][head size]
  float *scores;  ///< [QUERY_ROWS][length rounded up to 16]
} HeadBuffers;

struct EncoderWorkspace {
  float *states;     ///< [tokens][hidden]
  float *qkv;        ///< [tokens][3 * hidden]
  float *context;    ///< [tokens][hidden]
  float *between;    ///< [FEED_FORWARD_ROWS][32], a block of what lies between the feed-forward matrices
  Activations quantised;  ///< [tokens][hidden]
  Activations wide;       ///< [FEED_FORWARD_ROWS][feed_forward]
  HeadBuffers head;
  void *memory;  ///< what all of them point into
};

/// Room for so many quantised rows, `count` numbers in all.
static inline Activations activations_take(Arena *arena, size_t rows, size_t count) {
  size_t blocks = count / ENCODER_BLOCK_WEIGHTS;
  return (Activations){arena_take(arena, count, 1), arena_take(arena, blocks, sizeof(float)),
                       arena_take(arena, blocks, sizeof(int32_t)), arena_take(arena, rows, sizeof(float))};
}

#endif
