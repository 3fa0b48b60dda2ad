import CEncoder

/// A tensor that a model file must hold.
struct TensorName {
  let name: String
  let format: ModelFile.Format
  let count: Int
  /// Whether rows after the ones used are allowed (there is a row per token type; we use the first).
  var mayBeLonger = false

  /// A matrix of a layer, with its bias.
  struct Weights {
    let kernelName: EncoderMatrixName
    let name: String
    let outputs: Int
    let inputs: Int
  }

  static func weights(layer: Int, _ shape: ModelFile.Shape) -> [Weights] {
    let hidden = shape.hidden
    return [
      Weights(kernelName: ENCODER_QUERY, name: "l\(layer).q", outputs: hidden, inputs: hidden),
      Weights(kernelName: ENCODER_KEY, name: "l\(layer).k", outputs: hidden, inputs: hidden),
      Weights(kernelName: ENCODER_VALUE, name: "l\(layer).v", outputs: hidden, inputs: hidden),
      Weights(kernelName: ENCODER_ATTENTION_OUTPUT, name: "l\(layer).ao", outputs: hidden, inputs: hidden),
      Weights(kernelName: ENCODER_FEED_FORWARD_IN, name: "l\(layer).fi", outputs: shape.feedForward, inputs: hidden),
      Weights(kernelName: ENCODER_FEED_FORWARD_OUT, name: "l\(layer).fo", outputs: hidden, inputs: shape.feedForward),
    ]
  }

  static func norms(layer: Int) -> [(kernelName: EncoderNormName, name: String)] {
    [(ENCODER_ATTENTION_NORM, "l\(layer).aln"), (ENCODER_FEED_FORWARD_NORM, "l\(layer).oln")]
  }

  /// All tensors that a model of this shape has.
  static func all(_ shape: ModelFile.Shape) -> [TensorName] {
    let hidden = shape.hidden
    var all = [
      TensorName(name: "emb.word", format: .blocks, count: shape.rows * hidden),
      TensorName(name: "emb.pos", format: .float, count: shape.window * hidden),
      TensorName(name: "emb.type", format: .float, count: hidden, mayBeLonger: true),
      TensorName(name: "emb.ln.w", format: .float, count: hidden),
      TensorName(name: "emb.ln.b", format: .float, count: hidden),
    ]
    for layer in 0..<shape.layers {
      for matrix in weights(layer: layer, shape) {
        all.append(TensorName(name: matrix.name + ".w", format: .blocks, count: matrix.outputs * matrix.inputs))
        all.append(TensorName(name: matrix.name + ".b", format: .float, count: matrix.outputs))
      }
      for norm in norms(layer: layer) {
        all.append(TensorName(name: norm.name + ".w", format: .float, count: hidden))
        all.append(TensorName(name: norm.name + ".b", format: .float, count: hidden))
      }
    }
    return all
  }
}
