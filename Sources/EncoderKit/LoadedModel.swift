import CEncoder
import StageKit

/// A model in the kernels' layout. It keeps the file mapped, since the word embedding is read from there.
final class LoadedModel: Sendable {
  let shape: ModelFile.Shape
  private let file: MappedFile
  // Written while it is made and only read afterwards.
  private nonisolated(unsafe) let handle: OpaquePointer

  /// Unpacks all matrices.
  ///
  /// - Throws: `EncoderError` when there is no memory.
  init(_ model: ModelFile) throws(EncoderError) {
    let shape = model.shape
    let kernelShape = EncoderShape(
      hidden: UInt32(shape.hidden), feed_forward: UInt32(shape.feedForward), heads: UInt32(shape.heads),
      layers: UInt32(shape.layers), window: UInt32(shape.window), epsilon: shape.epsilon)
    guard let handle = encoder_model_create(kernelShape) else {
      throw EncoderError(code: .outOfMemory, path: model.file.path, detail: "its weights don't fit")
    }
    self.shape = shape
    self.handle = handle
    file = model.file
    for layer in 0..<shape.layers {
      for matrix in TensorName.weights(layer: layer, shape) {
        encoder_model_set_matrix(
          handle, UInt32(layer), matrix.kernelName, try model.bytes(of: matrix.name + ".w").baseAddress,
          try model.bytes(of: matrix.name + ".b").baseAddress)
      }
      for norm in TensorName.norms(layer: layer) {
        encoder_model_set_norm(
          handle, UInt32(layer), norm.kernelName, try model.bytes(of: norm.name + ".w").baseAddress,
          try model.bytes(of: norm.name + ".b").baseAddress)
      }
    }
    encoder_model_set_embeddings(
      handle, try model.bytes(of: "emb.word").baseAddress, try model.bytes(of: "emb.pos").baseAddress,
      try model.bytes(of: "emb.type").baseAddress, try model.bytes(of: "emb.ln.w").baseAddress,
      try model.bytes(of: "emb.ln.b").baseAddress)
  }

  deinit {
    encoder_model_free(handle)
  }

  /// Memory for encoding up to `tokens` tokens at a time; one for each thread.
  func makeWorkspace(tokens: Int) throws(EncoderError) -> Workspace {
    guard let workspace = encoder_workspace_create(handle, tokens) else {
      throw EncoderError(code: .outOfMemory, path: file.path, detail: "no working space for \(tokens) tokens")
    }
    return Workspace(handle: workspace)
  }

  /// Encodes texts that follow each other in `tokens`, text i from `offsets[i]` to `offsets[i + 1]`.
  ///
  /// - Precondition: ids are rows of the model, no text is empty or longer than the window, and `workspace` was
  ///   made for as many tokens.
  /// - Returns: a row of `shape.hidden` numbers per text.
  func encode(_ tokens: [Int32], offsets: [UInt32], path: EncoderPath, in workspace: Workspace) -> [Float] {
    let count = offsets.count - 1
    return [Float](unsafeUninitializedCapacity: count * shape.hidden) { vectors, initialized in
      encoder_forward(handle, path, tokens, offsets, count, workspace.handle, vectors.baseAddress)
      initialized = count * shape.hidden
    }
  }

  /// Memory that one thread works in.
  final class Workspace {
    fileprivate let handle: OpaquePointer

    fileprivate init(handle: OpaquePointer) {
      self.handle = handle
    }

    deinit {
      encoder_workspace_free(handle)
    }
  }
}
