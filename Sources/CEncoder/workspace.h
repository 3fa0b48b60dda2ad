/// What one call of `encoder_forward` works in.
#ifndef ENCODER_WORKSPACE_H
#define ENCODER_WORKSPACE_H

#include "model.h"

enum {
  /// Rows that go through the feed-forward matrices together, so that what lies between stays in cache.
  FEED_FORWARD_ROWS = 48,
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
  float *between;    ///< [FEED_FORWARD_ROWS][feed_forward]
  Activations quantised;  ///< [tokens][hidden] or [FEED_FORWARD_ROWS][feed_forward]
  HeadBuffers head;
  void *memory;  ///< what all of them point into
};

#endif
