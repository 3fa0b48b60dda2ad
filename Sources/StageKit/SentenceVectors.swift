import Foundation

/// The sentence encoder with a memory: each distinct text is encoded once a run, whichever stages ask for it.
///
/// The model is loaded when the first text comes. Vectors lie in one block of `4 * dimension` bytes a text.
public actor SentenceVectors {
  /// See ``SentenceEncoder/identity``.
  public nonisolated let identity: String
  /// See ``SentenceEncoder/dimension``.
  public nonisolated let dimension: Int
  private let load: @Sendable () throws -> any SentenceEncoder
  private var encoder: (any SentenceEncoder)?
  private var rows: [String: Int] = [:]
  private var values: [Float] = []
  private var working: Task<Void, any Error>?

  /// How many distinct texts have been encoded.
  public var count: Int { rows.count }

  /// Vectors by the encoder of `loader`; nil if its model is missing.
  public init?(_ loader: EncoderLoader, threads: Int) {
    guard case .available(let identity, let dimension) = loader.status else { return nil }
    self.identity = identity
    self.dimension = dimension
    load = { try loader.load(threads) }
  }

  /// The unit vectors of texts, one row each, in order; texts that were seen before cost nothing.
  ///
  /// - Parameters:
  ///   - texts: in any language; the same text may come twice.
  ///   - progress: called between batches with how many of the new texts are done, and how many there are.
  /// - Throws: what the encoder throws; on cancellation.
  public func matrix(
    for texts: [String], progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Matrix {
    // One at a time: whoever comes second may find all its texts encoded by then.
    while let running = working { _ = await running.result }
    let work = Task {
      defer { working = nil }
      try await encodeNew(texts, progress: progress)
    }
    working = work
    try await withTaskCancellationHandler {
      try await work.value
    } onCancel: {
      work.cancel()
    }
    var result = Matrix(rows: texts.count, columns: dimension)
    for (index, text) in texts.enumerated() {
      guard let row = rows[text] else { continue }
      result.values.replaceSubrange(
        index * dimension..<(index + 1) * dimension, with: values[row * dimension..<(row + 1) * dimension])
    }
    return result
  }

  private func encodeNew(_ texts: [String], progress: (@Sendable (Int, Int) -> Void)?) async throws {
    var seen: Set<String> = []
    let new = texts.filter { rows[$0] == nil && seen.insert($0).inserted }
    guard !new.isEmpty else { return }
    let encoder = try self.encoder ?? load()
    self.encoder = encoder
    // Small enough for progress to move and cancelling to be quick, large enough to keep all threads busy.
    let batch = 128
    progress?(0, new.count)
    for start in stride(from: 0, to: new.count, by: batch) {
      try Task.checkCancellation()
      let part = Array(new[start..<min(start + batch, new.count)])
      // Models are trained on composed text: decomposed Korean or Vietnamese would land far from itself.
      let encoded = try await encoder.encode(part.map(\.precomposedStringWithCanonicalMapping))
      for (offset, text) in part.enumerated() {
        rows[text] = rows.count
        values.append(contentsOf: encoded[row: offset])
      }
      progress?(min(start + batch, new.count), new.count)
    }
  }
}
