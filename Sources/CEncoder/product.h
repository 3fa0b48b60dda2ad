/// The product of quantised rows with a packed matrix, in tiles of `TILE_ROWS` rows and one panel.

/// y[row] = matrix * row + bias; every number of y is computed in the same order, whatever tile it is in.
ON_PRODUCT static void multiply(const Matrix *matrix, Activations x, size_t rows, float *y) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  for (uint32_t panel = 0; panel < matrix->outputs / PANEL; panel++)
    for (size_t row = 0; row < rows; row += TILE_ROWS) {
      Activations from = {x.bytes + row * inputs, x.steps + row * blocks};
      float *to = y + row * matrix->outputs;
      // The number of rows is a constant in each call, so that the tile's loops unroll and its sums stay in registers.
      switch (rows - row) {
        case 1: multiply_tile(matrix, panel, from, 1, to); break;
        case 2: multiply_tile(matrix, panel, from, 2, to); break;
        case 3: multiply_tile(matrix, panel, from, 3, to); break;
        default: multiply_tile(matrix, panel, from, TILE_ROWS, to);
      }
    }
}
