import Foundation

/// The sentence encoder with a memory: each distinct text is encoded once a run, whichever stages ask for it.
///
/// The model is loaded when the first text comes that no earlier run has encoded. Vectors lie in a file; memory holds
/// some 40 bytes a text.
public actor SentenceVectors {
  /// See ``SentenceEncoder/identity``.
  public nonisolated let identity: String
  /// See ``SentenceEncoder/dimension``.
  public nonisolated let dimension: Int
  private let load: @Sendable () throws -> any SentenceEncoder
  private var encoder: (any SentenceEncoder)?
  private let scratch: URL
  private let store: StageResults?
  private var rows: [ContentKey: Int32] = [:]
  private var vectors: VectorFile?
  private var working: Task<Void, any Error>?

  /// How many distinct texts were asked for.
  public var count: Int { rows.count }
  /// How many of them an earlier run had encoded.
  public private(set) var cached = 0

  /// To be raised with any change to what the encoder makes of a text: vectors of another generation are not used.
  private static let generation = "2"

  /// Vectors by the encoder of `loader`; nil if its model is missing.
  ///
  /// - Parameters:
  ///   - threads: how many threads the encoder may use.
  ///   - store: where vectors are kept from run to run.
  ///   - scratch: a folder for those of this run.
  public init?(
    _ loader: EncoderLoader, threads: Int, store: (any ResultStore)? = nil,
    scratch: URL = FileManager.default.temporaryDirectory
  ) {
    guard case .available(let identity, let dimension) = loader.status else { return nil }
    self.identity = identity
    self.dimension = dimension
    self.scratch = scratch
    self.store = store.map { StageResults($0, stage: "encoder", version: Self.generation, purpose: identity) }
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
    let texts = texts.map { ScriptRepair.repaired(Zawgyi.converted($0)) }
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
    return try rowsOf(texts)
  }

  private func rowsOf(_ texts: [String]) throws -> Matrix {
    var values = [Float](repeating: 0, count: texts.count * dimension)
    for (index, text) in texts.enumerated() {
      guard let row = rows[ContentKey(of: text)] else { continue }
      try vectors?.read(Int(row), into: &values, at: index * dimension)
    }
    return Matrix(rows: texts.count, columns: dimension, values: values)
  }

  private func encodeNew(_ texts: [String], progress: (@Sendable (Int, Int) -> Void)?) async throws {
    var seen: Set<ContentKey> = []
    var new: [(text: String, key: ContentKey)] = []
    for text in texts {
      let key = ContentKey(of: text)
      guard rows[key] == nil, seen.insert(key).inserted, !(try recall(key)) else { continue }
      new.append((text, key))
    }
    guard !new.isEmpty else { return }
    let encoder = try self.encoder ?? load()
    self.encoder = encoder
    // Small enough for progress to move and cancelling to be quick, large enough to keep all threads busy.
    let batch = 128
    progress?(0, new.count)
    for start in stride(from: 0, to: new.count, by: batch) {
      try Task.checkCancellation()
      let part = new[start..<min(start + batch, new.count)]
      // Models are trained on composed text: decomposed Korean or Vietnamese would land far from itself.
      let encoded = try await encoder.encode(part.map(\.text.precomposedStringWithCanonicalMapping))
      for (offset, (_, key)) in part.enumerated() {
        let vector = encoded[row: offset]
        try add(vector, for: key)
        store?.keep(vector.withUnsafeBytes { Array($0) }, for: key)
      }
      progress?(min(start + batch, new.count), new.count)
    }
  }

  /// Takes over a vector of an earlier run; false if there is none.
  private func recall(_ key: ContentKey) throws -> Bool {
    let size = dimension * MemoryLayout<Float>.stride
    let found = store?.value(for: key) { bytes -> [Float]? in
      guard bytes.count == size else { return nil }
      let vector = (0..<dimension).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
      return vector.allSatisfy(\.isFinite) ? vector : nil
    }
    guard let found else { return false }
    try add(found, for: key)
    cached += 1
    return true
  }

  private func add(_ vector: some Sequence<Float>, for key: ContentKey) throws {
    if vectors == nil { vectors = try VectorFile(in: scratch, columns: dimension) }
    rows[key] = Int32(clamping: vectors?.count ?? 0)
    try vectors?.append(vector)
  }
}
