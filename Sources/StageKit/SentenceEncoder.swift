/// Texts in, unit vectors out: all that duplicates, stories and summaries know of a neural model.
///
/// An encoder is safe to call from several tasks at once and deterministic: the same text gives the same
/// vector bit for bit, whatever else is in the batch and however many threads work on it.
public protocol SentenceEncoder: Sendable {
  /// Name, quantisation and content hash of the model. Vectors of different identities are never compared.
  var identity: String { get }

  /// How many numbers a vector has.
  var dimension: Int { get }

  /// Encodes texts of any language and length; what lies beyond the model's window is cut off.
  ///
  /// - Parameter texts: the texts, without any prefix.
  /// - Returns: one row of L2 norm 1 per text, in the order of `texts`.
  /// - Throws: when the model can't be read, or on cancellation.
  func encode(_ texts: [String]) async throws -> Matrix
}

/// A dense matrix of 32-bit numbers in row-major order.
public struct Matrix: Sendable, Equatable {
  /// How many rows.
  public let rows: Int
  /// How many numbers a row has.
  public let columns: Int
  /// `rows * columns` numbers, row after row.
  public var values: [Float]

  /// Wraps numbers that are already in row-major order.
  ///
  /// - Precondition: `values.count == rows * columns`.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "a matrix needs rows * columns values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
  }

  /// The numbers of one row.
  public subscript(row row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }
}

/// Says whether an encoder can be had, before anything is loaded, and loads it.
public struct EncoderLoader: Sendable {
  /// Whether the model is there, found out without loading it.
  public enum Status: Sendable, Equatable {
    /// The model is there; its identity and vector size.
    case available(identity: String, dimension: Int)
    /// It is not; why, and what to do about it.
    case missing(reason: String)
  }

  /// Whether the model is there.
  public let status: Status

  /// Loads the model; `threads` bounds how many threads one call of `encode` may use.
  public let load: @Sendable (_ threads: Int) throws -> any SentenceEncoder

  /// Describes an encoder that can be loaded, or why it cannot.
  public init(status: Status, load: @escaping @Sendable (_ threads: Int) throws -> any SentenceEncoder) {
    self.status = status
    self.load = load
  }
}
