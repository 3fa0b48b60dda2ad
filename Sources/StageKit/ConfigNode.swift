/// A piece of configuration with the place it was written at: what options are read from.
public struct ConfigNode: Sendable, Equatable {
  /// What the piece is.
  public indirect enum Content: Sendable, Equatable {
    /// A single value. Whether it was quoted decides whether `5` is a number.
    case scalar(String, quoted: Bool)
    /// A list.
    case sequence([ConfigNode])
    /// Named values, in the order of the file; the reader refuses a name that comes twice.
    case mapping([Entry])
  }

  /// One named value of a mapping.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public var key: String
    /// Where the name stands.
    public var location: SourceLocation
    /// The value.
    public var value: ConfigNode

    /// A named value.
    public init(key: String, location: SourceLocation, value: ConfigNode) {
      self.key = key
      self.location = location
      self.value = value
    }
  }

  /// What it is.
  public var content: Content
  /// Where it starts.
  public var location: SourceLocation
  /// Whether a part of it came from the environment: messages and reports do not repeat that.
  package var isFromEnvironment = false
  /// Its text with `{date}` where the day of the run was filled in; nil if it was not. Output paths keep to it, so that
  /// `${date}` in them is what `{date}` is: no other option on another day.
  package var textForOutputs: String?

  /// A piece of configuration.
  public init(_ content: Content, at location: SourceLocation) {
    self.content = content
    self.location = location
  }

  /// The entries, if it is a mapping.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The elements, if it is a list.
  public var elements: [ConfigNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  /// The text, if it is a single value.
  public var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// The text, if it is a single value without quotes: only such a one can be a number, a truth value or null.
  public var plainText: String? {
    if case .scalar(let text, quoted: false) = content { text } else { nil }
  }

  /// Whether nothing was written: empty, `~` or `null`.
  public var isNull: Bool { plainText.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false }

  /// The value under a name, if this is a mapping that has it.
  public subscript(key: String) -> ConfigNode? { entries?.first { $0.key == key }?.value }

  /// What it is, for messages: `a list`, `the text "x"`, `5`.
  public var kindDescription: String {
    switch content {
    case .scalar where isFromEnvironment: return "a value from the environment"
    case .scalar(let text, let quoted):
      let short = text.count > 40 ? String(text.prefix(40)) + "…" : text
      return isNull ? "nothing" : quoted ? "the text \"\(short)\"" : "'\(short)'"
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    }
  }
}
