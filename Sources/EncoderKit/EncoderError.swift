/// Why a model can't be read or used: what, where, and what to do. Never shows text that was to be encoded.
public struct EncoderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Kinds of failure, open for more.
  public struct Code: Sendable, Equatable {
    let name: String

    /// The file isn't there or can't be read.
    public static let unreadable = Code(name: "unreadable")
    /// The file is no model file, or damaged.
    public static let malformed = Code(name: "malformed")
    /// The file was replaced between looking at it and loading it.
    public static let changed = Code(name: "changed")
    /// The machine has no memory for the model or its working space.
    public static let outOfMemory = Code(name: "out-of-memory")
    /// The model computed a vector that has no direction.
    public static let notFinite = Code(name: "not-finite")
  }

  /// What kind of failure.
  public let code: Code
  /// The model file.
  public let path: String
  /// What exactly is wrong.
  public let detail: String

  /// One sentence for people, with the way out.
  public var description: String {
    switch code {
    case .malformed: "\(path) is not a usable model: \(detail); fetch it again with `make setup`"
    case .unreadable: "the model \(path) can't be read: \(detail)"
    case .changed: "the model \(path) changed while it was in use: \(detail); start again"
    case .outOfMemory: "not enough memory for the model \(path): \(detail); use fewer workers"
    default: "the model \(path) failed: \(detail); fetch it again with `make setup`"
    }
  }

  static func malformed(_ path: String, _ detail: String) -> EncoderError {
    EncoderError(code: .malformed, path: path, detail: detail)
  }
}
