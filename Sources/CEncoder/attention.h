/// Attention within one text, all heads; included after `numeric.h`.

/// Makes rows of columns.
ON_PATH static inline void transpose(F8 rows[8]) {
  F8 pairs[8], fours[8];
  for (int i = 0; i < 4; i++) {
    pairs[2 * i] = __builtin_shufflevector(rows[2 * i], rows[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[2 * i + 1] = __builtin_shufflevector(rows[2 * i], rows[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 4; i++) {
    int a = i / 2 * 4 + i % 2;
    fours[2 * i] = __builtin_shufflevector(pairs[a], pairs[a + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    fours[2 * i + 1] = __builtin_shufflevector(pairs[a], pairs[a + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    rows[i] = __builtin_shufflevector(fours[i], fours[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(fours[i], fours[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

ON_PATH static void gather_head(const float *keys, const float *values, size_t stride, size_t length, size_t size,
                                HeadBuffers to) {
  size_t padded = (length + 15) / 16 * 16;
  for (size_t s = 0; s < padded; s += 8)
    for (size_t e = 0; e < size; e += 8) {
      F8 rows[8];
      for (size_t i = 0; i < 8; i++) rows[i] = s + i < length ? load(keys + (s + i) * stride + e) : all(0.0f);
      transpose(rows);
      for (size_t i = 0; i < 8; i++) store(to.keys + s / 16 * 16 * size + (e + i) * 16 + s % 16, rows[i]);
    }
  for (size_t s = 0; s < length; s++)
    for (size_t e = 0; e < size; e += 8) store(to.values + s * size + e, load(values + s * stride + e));
}

/// Dot products of `rows` queries with 16 keys.
ON_PATH static inline __attribute__((always_inline)) void score_panel(const float *queries, size_t stride, int rows,
                                                                      const float *panel, size_t size, float *scores,
                                                                      size_t padded) {
  F8 sums[QUERY_ROWS][2];
  for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = all(0.0f);
  for (size_t e = 0; e < size; e++) {
    F8 first = load(panel + e * 16), second = load(panel + e * 16 + 8);
    for (int r = 0; r < rows; r++) {
      F8 q = all(queries[(size_t)r * stride + e]);
      sums[r][0] = multiply_add(q, first, sums[r][0]);
      sums[r][1] = multiply_add(q, second, sums[r][1]);
    }
  }
  for (int r = 0; r < rows; r++) {
    store(scores + (size_t)r * padded, sums[r][0]);
    store(scores + (size_t)r * padded + 8, sums[r][1]);
  }
}

/// Scores to e^(scale * (score - largest)), zero beyond `length`; returns one over their sum.
ON_PATH static float soften(float *scores, size_t length, size_t padded, float scale) {
  for (size_t s = length; s < padded; s++) scores[s] = scores[0];
  F8 most = load(scores);
  for (size_t s = 8; s < padded; s += 8) most = larger(most, load(scores + s));
  F8 top = all(largest_of(most));
  for (size_t s = 0; s < padded; s += 8) store(scores + s, exponential((load(scores + s) - top) * all(scale)));
  for (size_t s = length; s < padded; s++) scores[s] = 0.0f;
  F8 sum = all(0.0f);
  for (size_t s = 0; s < padded; s += 8) sum = sum + load(scores + s);
  return 1.0f / sum_of(sum);
}

/// Weighted sum of the values, `width` times 8 of their numbers, for `rows` queries.
ON_PATH static inline __attribute__((always_inline)) void blend(const float *scores, size_t padded, int rows,
                                                                const float *inverses, const float *values,
                                                                size_t length, size_t size, int width, float *out,
                                                                size_t stride) {
  F8 sums[2][4];
  for (int r = 0; r < rows; r++)
    for (int w = 0; w < width; w++) sums[r][w] = all(0.0f);
  for (size_t s = 0; s < length; s++)
    for (int r = 0; r < rows; r++) {
      F8 weight = all(scores[(size_t)r * padded + s]);
      for (int w = 0; w < width; w++)
        sums[r][w] = multiply_add(weight, load(values + s * size + 8 * w), sums[r][w]);
    }
  for (int r = 0; r < rows; r++)
    for (int w = 0; w < width; w++) store(out + (size_t)r * stride + 8 * w, sums[r][w] * all(inverses[r]));
}

ON_PATH static void blend_rows(const float *scores, size_t padded, int rows, const float *inverses,
                               const float *values, size_t length, size_t size, float *out, size_t stride) {
  for (int r = 0; r < rows; r += 2) {
    const float *from = scores + (size_t)r * padded;
    float *to = out + (size_t)r * stride;
    size_t e = 0;
    for (; e + 32 <= size; e += 32)
      if (r + 2 <= rows) blend(from, padded, 2, inverses + r, values + e, length, size, 4, to + e, stride);
      else blend(from, padded, 1, inverses + r, values + e, length, size, 4, to + e, stride);
    for (; e < size; e += 8)
      if (r + 2 <= rows) blend(from, padded, 2, inverses + r, values + e, length, size, 1, to + e, stride);
      else blend(from, padded, 1, inverses + r, values + e, length, size, 1, to + e, stride);
  }
}

/// `Attention is all you need`, Vaswani et al. 2017, 3.2: softmax(Q K^T / sqrt(size)) V for each head.
/// `qkv` has a row of 3 x hidden numbers per token, `out` one of hidden.
ON_PATH static void attend(const float *qkv, size_t length, size_t hidden, size_t heads, HeadBuffers buffers,
                           float *out) {
  size_t size = hidden / heads, stride = 3 * hidden, padded = (length + 15) / 16 * 16;
  float scale = 1.0f / sqrtf((float)size);
  for (size_t head = 0; head < heads; head++) {
    const float *queries = qkv + head * size;
    gather_head(queries + hidden, queries + 2 * hidden, stride, length, size, buffers);
    for (size_t t = 0; t < length; t += QUERY_ROWS) {
      int rows = length - t < QUERY_ROWS ? (int)(length - t) : QUERY_ROWS;
      const float *query = queries + t * stride;
      for (size_t s = 0; s < padded; s += 16) {
        const float *panel = buffers.keys + s * size;
        if (rows == QUERY_ROWS) score_panel(query, stride, QUERY_ROWS, panel, size, buffers.scores + s, padded);
        else
          for (int r = 0; r < rows; r++)
            score_panel(query + (size_t)r * stride, stride, 1, panel, size,
                        buffers.scores + (size_t)r * padded + s, padded);
      }
      float inverses[QUERY_ROWS];
      for (int r = 0; r < rows; r++) inverses[r] = soften(buffers.scores + (size_t)r * padded, length, padded, scale);
      blend_rows(buffers.scores, padded, rows, inverses, buffers.values, length, size, out + t * hidden + head * size,
                 hidden);
    }
  }
}
