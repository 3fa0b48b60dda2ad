import CEncoder
import Dispatch
import StageKit

/// Multilingual-e5-small in 4-bit blocks (Wang et al. 2024, `Multilingual E5 Text Embeddings`): 100 languages, 384
/// numbers, 512 tokens.
///
/// No prefix is put before a text; the vector is the mean over all its tokens, first and last included, with L2 norm
/// 1. Weights stay what they are in the file, activations are quantised to 8 bits in blocks of 32. On one machine a
/// text always gives the same vector bit for bit; processors without AVX2 differ in the last bits.
///
/// One copy may be used by several tasks at once; each call of `encode` uses up to `threads` threads.
public final class E5Encoder: SentenceEncoder {
  /// Name and quantisation of the model, as in its file's name.
  public static let name = "multilingual-e5-small-q4"

  /// `multilingual-e5-small-q4/` and a fingerprint of the file.
  public let identity: String
  /// How many numbers a vector has.
  public let dimension: Int

  private let model: LoadedModel
  private let tokenizer: Tokenizer
  private let modelPath: String
  private let kernels: EncoderPath
  private let threads: Int
  private let queue = DispatchQueue(label: "toolkit.encoder", qos: .userInitiated, attributes: .concurrent)

  /// Tokens in a batch: enough to use each weight many times once it is in the cache, little enough to stop soon and
  /// to give every thread a few.
  private func batchCapacity(tokens: Int) -> Int { min(512, max(128, tokens / (4 * threads))) }
  /// Texts that are cut into tokens at a time.
  private static let tokenizedTogether = 64

  /// Maps and checks the file, and unpacks its weights (about 70 ms, 40 MB; the word embedding stays in the file).
  ///
  /// - Parameter threads: how many threads one call of `encode` may use; at least 1.
  /// - Throws: `EncoderError`.
  public convenience init(path: String, threads: Int) throws {
    try self.init(path: path, threads: threads, kernels: encoder_path_best())
  }

  init(path: String, threads: Int, kernels: EncoderPath) throws {
    let file = try ModelFile(path: path)
    identity = Self.identity(of: file)
    dimension = file.shape.hidden
    tokenizer = try Tokenizer(file)
    model = try LoadedModel(file)
    modelPath = path
    self.kernels = kernels
    self.threads = max(1, threads)
  }

  static func identity(of file: ModelFile) -> String { "\(name)/\(Fingerprint.of(file.file))" }

  /// Encodes texts of any language and length; what lies beyond 512 tokens is cut off.
  ///
  /// - Returns: one row of L2 norm 1 per text, in the order of `texts`.
  /// - Throws: `EncoderError` when memory runs out or the file's numbers make no sense, `CancellationError` within
  ///   a fraction of a second after the task is cancelled.
  public func encode(_ texts: [String]) async throws -> Matrix {
    try Task.checkCancellation()
    guard !texts.isEmpty else { return Matrix(rows: 0, columns: dimension) }
    let work = ParallelWork()
    let account = CPUAccount.current
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async {
          continuation.resume(with: Result { try CPUAccount.charge(account) { try self.encode(texts, by: work) } })
        }
      }
    } onCancel: {
      work.stop()
    }
  }

  /// Ids of a text's tokens, first and last included, cut off at the window; for measurements.
  package func tokens(of text: String) -> [Int32] { tokenizer.tokens(of: text) }

  private func encode(_ texts: [String], by work: ParallelWork) throws -> Matrix {
    let tokens = try tokens(of: texts, by: work)
    let batches = Batch.plan(tokens, capacity: batchCapacity(tokens: tokens.lazy.map(\.count).reduce(0, +)))
    let largest = batches.lazy.map(\.tokens.count).max() ?? 0
    let vectors = try work.map(
      count: batches.count, threads: threads, scratch: { try model.makeWorkspace(tokens: largest) }
    ) { index, workspace in
      let vectors = model.encode(
        batches[index].tokens, offsets: batches[index].offsets, path: kernels, in: workspace)
      // Damaged weights; a comparison with such a vector would be neither true nor false.
      guard vectors.allSatisfy(\.isFinite) else {
        throw EncoderError(code: .notFinite, path: modelPath, detail: "it computes numbers that aren't finite")
      }
      return vectors
    }
    var matrix = Matrix(rows: texts.count, columns: dimension)
    for (batch, rows) in zip(batches, vectors) {
      for (row, text) in batch.texts.enumerated() {
        matrix.values.replaceSubrange(
          text * dimension..<(text + 1) * dimension, with: rows[row * dimension..<(row + 1) * dimension])
      }
    }
    return matrix
  }

  private func tokens(of texts: [String], by work: ParallelWork) throws -> [[Int32]] {
    let size = Self.tokenizedTogether
    return try work.map(count: (texts.count + size - 1) / size, threads: threads, scratch: {}) { index, _ in
      texts[index * size..<min(texts.count, (index + 1) * size)].map { tokenizer.tokens(of: $0) }
    }.flatMap { $0 }
  }
}
