/// The product of quantised rows with a packed matrix, in the tiles of a path.

/// `panels` panels of `matrix * row + bias` from `first` on, rows of y `stride` floats apart. Every number of y is
/// computed in the same order, whatever tile it is in.
ON_PRODUCT static void multiply(const Matrix *matrix, uint32_t first, uint32_t panels, Activations x, size_t rows,
                                float *y, size_t stride) {
  const size_t inputs = matrix->inputs, blocks = inputs / ENCODER_BLOCK_WEIGHTS;
  for (uint32_t done = 0; done < panels; done++)
    for (size_t row = 0; row < rows; row += TILE_ROWS) {
      Activations from = {x.bytes + row * inputs, x.steps + row * blocks, x.multipliers + row * blocks, x.units + row};
      multiply_some(matrix, first + done, from, rows - row, y + row * stride + done * PANEL, stride);
    }
}
