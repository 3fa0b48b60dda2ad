/// The whole encoder, once per path; included last.

/// Word, position and type embedding of a token, before the norm.
ON_PATH static void embed(const EncoderModel *model, int32_t token, size_t position, float *row) {
  size_t hidden = model->shape.hidden, blocks = hidden / ENCODER_BLOCK_WEIGHTS;
  const uint8_t *block = model->words + (size_t)token * blocks * ENCODER_BLOCK_BYTES;
  const float *addend = model->positions + position * hidden;
  for (size_t b = 0; b < blocks; b++, block += ENCODER_BLOCK_BYTES, row += 32, addend += 32) {
    float scale = encoder_half(block);
    for (int j = 0; j < 16; j++) {
      row[j] = (float)((block[2 + j] & 15) - 8) * scale + addend[j];
      row[j + 16] = (float)((block[2 + j] >> 4) - 8) * scale + addend[j + 16];
    }
  }
}

ON_PATH static void feed_forward(const Layer *layer, float *states, size_t rows, float epsilon,
                                 const EncoderWorkspace *w) {
  size_t hidden = layer->feed_forward_in.inputs, blocks = layer->feed_forward_out.inputs / ENCODER_BLOCK_WEIGHTS;
  quantise(states, rows, hidden, w->quantised);
  // Block by block: what lies between the matrices is used at once, while it is near.
  const uint32_t panels = ENCODER_BLOCK_WEIGHTS / PANEL;
  for (size_t b = 0; b < blocks; b++) {
    multiply(&layer->feed_forward_in, (uint32_t)b * panels, panels, w->quantised, rows, w->between,
             ENCODER_BLOCK_WEIGHTS);
    for (size_t r = 0; r < rows; r++) {
      F8 v[4];
      for (int i = 0; i < 4; i++) v[i] = gelu_of(load(w->between + r * ENCODER_BLOCK_WEIGHTS + 8 * (size_t)i));
      size_t block = r * blocks + b;
      w->wide.steps[block] = quantise_block(v, w->wide.bytes + block * ENCODER_BLOCK_WEIGHTS);
    }
  }
  measure_steps(rows, blocks, w->wide);
  multiply(&layer->feed_forward_out, 0, (uint32_t)hidden / PANEL, w->wide, rows, w->context, hidden);
  for (size_t r = 0; r < rows; r++)
    normalise(states + r * hidden, w->context + r * hidden, hidden, &layer->norms[ENCODER_FEED_FORWARD_NORM],
              epsilon);
}

/// One layer for texts whose tokens lie from `states` on.
ON_PATH static void run_layer(const EncoderModel *model, const Layer *layer, float *states, const uint32_t *offsets,
                              size_t count, const EncoderWorkspace *w) {
  size_t hidden = model->shape.hidden, tokens = offsets[count] - offsets[0];
  float epsilon = model->shape.epsilon;
  quantise(states, tokens, hidden, w->quantised);
  multiply(&layer->qkv, 0, (uint32_t)(3 * hidden / PANEL), w->quantised, tokens, w->qkv, 3 * hidden);
  for (size_t i = 0; i < count; i++) {
    size_t first = offsets[i] - offsets[0];
    attend(w->qkv + first * 3 * hidden, offsets[i + 1] - offsets[i], hidden, model->shape.heads, w->head,
           w->context + first * hidden);
  }
  quantise(w->context, tokens, hidden, w->quantised);
  multiply(&layer->attention_output, 0, (uint32_t)hidden / PANEL, w->quantised, tokens, w->context, hidden);
  for (size_t t = 0; t < tokens; t++)
    normalise(states + t * hidden, w->context + t * hidden, hidden, &layer->norms[ENCODER_ATTENTION_NORM], epsilon);
  for (size_t t = 0; t < tokens; t += FEED_FORWARD_ROWS)
    feed_forward(layer, states + t * hidden, tokens - t < FEED_FORWARD_ROWS ? tokens - t : FEED_FORWARD_ROWS,
                 epsilon, w);
}

/// Mean of the rows, brought to length 1.
ON_PATH static void pool(const float *states, size_t rows, size_t hidden, float *vector) {
  F8 squares = all(0.0f);
  for (size_t i = 0; i < hidden; i += 8) {
    F8 sum = all(0.0f);
    for (size_t r = 0; r < rows; r++) sum = sum + load(states + r * hidden + i);
    sum = sum * all(1.0f / (float)rows);
    squares = multiply_add(sum, sum, squares);
    store(vector + i, sum);
  }
  F8 inverse = all(1.0f / sqrtf(sum_of(squares)));
  for (size_t i = 0; i < hidden; i += 8) store(vector + i, load(vector + i) * inverse);
}

ON_PATH void PATH(forward)(const EncoderModel *model, const int32_t *tokens, const uint32_t *offsets, size_t count,
                           EncoderWorkspace *w, float *vectors) {
  size_t hidden = model->shape.hidden;
  for (size_t i = 0; i < count; i++)
    for (uint32_t t = offsets[i]; t < offsets[i + 1]; t++) {
      float *row = w->states + (size_t)(t - offsets[0]) * hidden;
      embed(model, tokens[t], t - offsets[i], row);
      normalise(row, NULL, hidden, &model->embedding_norm, model->shape.epsilon);
    }
  for (uint32_t l = 0; l < model->shape.layers; l++)
    for (size_t first = 0, next; first < count; first = next) {
      next = first + 1;
      while (next < count && offsets[next + 1] - offsets[first] <= GROUP_TOKENS) next++;
      run_layer(model, &model->layers[l], w->states + (size_t)(offsets[first] - offsets[0]) * hidden, offsets + first,
                next - first, w);
    }
  for (size_t i = 0; i < count; i++)
    pool(w->states + (size_t)(offsets[i] - offsets[0]) * hidden, offsets[i + 1] - offsets[i], hidden,
         vectors + i * hidden);
}

ON_PATH void PATH(linear)(const Matrix *matrix, const float *x, size_t rows, Activations quantised, float *y) {
  quantise(x, rows, matrix->inputs, quantised);
  multiply(matrix, 0, matrix->outputs / PANEL, quantised, rows, y, matrix->outputs);
}

ON_PATH void PATH(gelu)(float *x, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) store(x + i, gelu_of(load(x + i)));
  float rest[8] = {0};
  if (i == count) return;
  memcpy(rest, x + i, (count - i) * sizeof(float));
  store(rest, gelu_of(load(rest)));
  memcpy(x + i, rest, (count - i) * sizeof(float));
}
