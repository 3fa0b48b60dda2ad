/// Many arrays out of one allocation, each beginning on a cache line of its own.
#ifndef ENCODER_ARENA_H
#define ENCODER_ARENA_H

#include <stddef.h>
#include <stdint.h>

/// With `base` NULL it only counts the bytes.
typedef struct Arena {
  uint8_t *base;
  size_t used;
} Arena;

static inline void *arena_take(Arena *arena, size_t count, size_t size) {
  void *piece = arena->base ? arena->base + arena->used : NULL;
  arena->used += (count * size + 63) / 64 * 64;
  return piece;
}

#endif
