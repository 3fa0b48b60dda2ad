/// The options of a stage: properties with defaults, and one table that names them.
///
/// The table is the only place where an option is declared. Parsing, mistakes with line and column,
/// `toolkit stages NAME`, the options in `run.json` and the schema for editors all come from it.
///
///     struct Options: StageOptions {
///       var keep: [String] = []
///       static let settings: [Setting<Options>] = [
///         Setting("keep", \.keep, "Codes to keep; an empty list keeps all.")
///       ]
///     }
public protocol StageOptions: Sendable {
  /// All defaults.
  init()
  /// The table of options, in the order in which help lists them.
  static var settings: [Setting<Self>] { get }
}

/// No options at all.
public struct NoOptions: StageOptions {
  /// Nothing to set.
  public init() {}
  /// An empty table.
  public static var settings: [Setting<NoOptions>] { [] }
}

/// One line of the table: an option's key, where its value goes, and what it means.
public struct Setting<Options>: Sendable {
  /// The name in YAML, in kebab case.
  public let key: String
  /// What it means, with the unit; a sentence or two.
  public let help: String
  /// Whether it has to be given.
  public let isRequired: Bool
  /// The JSON Schema of its value.
  public let schema: JSONValue
  let read: @Sendable (ConfigNode, inout Options, inout ConfigReader) -> Void
  let json: @Sendable (Options) -> JSONValue

  /// Declares an option of any type.
  ///
  /// - Parameters:
  ///   - key: the name in YAML.
  ///   - path: the property that holds the value; what it holds at first is the default.
  ///   - help: what it means, with the unit.
  ///   - required: whether the pipeline has to give it.
  public init<Value: ConfigValue>(
    _ key: String, _ path: any WritableKeyPath<Options, Value> & Sendable, _ help: String, required: Bool = false
  ) {
    self.key = key
    self.help = help
    isRequired = required
    schema = Value.schema
    read = { node, options, reader in
      if let value = Value.read(node, &reader) { options[keyPath: path] = value }
    }
    json = { $0[keyPath: path].json }
  }

  /// Declares a number with bounds, both included.
  public init<Value: ConfigValue & Comparable>(
    _ key: String, _ path: any WritableKeyPath<Options, Value> & Sendable, _ help: String, in range: ClosedRange<Value>
  ) {
    self.init(key, help, schema: Self.schema(of: range)) { node, options, reader in
      guard let value = Value.read(node, &reader), Self.check(value, key, range, node, &reader) else { return }
      options[keyPath: path] = value
    } json: {
      $0[keyPath: path].json
    }
  }

  /// Declares a number with bounds, both included, that may be left out.
  public init<Value: ConfigValue & Comparable>(
    _ key: String, _ path: any WritableKeyPath<Options, Value?> & Sendable, _ help: String, in range: ClosedRange<Value>
  ) {
    self.init(key, help, schema: Self.schema(of: range)) { node, options, reader in
      guard let value = Value?.read(node, &reader) else { return }
      if let value, !Self.check(value, key, range, node, &reader) { return }
      options[keyPath: path] = value
    } json: {
      $0[keyPath: path].json
    }
  }

  private init(
    _ key: String, _ help: String, schema: JSONValue,
    read: @escaping @Sendable (ConfigNode, inout Options, inout ConfigReader) -> Void,
    json: @escaping @Sendable (Options) -> JSONValue
  ) {
    self.key = key
    self.help = help
    isRequired = false
    self.schema = schema
    self.read = read
    self.json = json
  }

  private static func schema<Value: ConfigValue & Comparable>(of range: ClosedRange<Value>) -> JSONValue {
    guard case .object(var fields) = Value.schema else { return Value.schema }
    fields["minimum"] = range.lowerBound.json
    fields["maximum"] = range.upperBound.json
    return .object(fields)
  }

  /// Whether a value is within bounds; if not, that is reported.
  private static func check<Value: Comparable>(
    _ value: Value, _ key: String, _ range: ClosedRange<Value>, _ node: ConfigNode, _ reader: inout ConfigReader
  ) -> Bool {
    guard !range.contains(value) else { return true }
    let found = node.isFromEnvironment ? node.kindDescription : node.text ?? ""
    reader.diagnostics.append(
      .error(
        "out-of-range", "'\(key)' is \(found), but must be from \(range.lowerBound) to \(range.upperBound)",
        at: node.location))
    return false
  }
}

/// An option as help, reports and schemas see it.
public struct SettingDescription: Sendable, Equatable {
  /// The name in YAML.
  public let key: String
  /// What it means.
  public let help: String
  /// Whether it has to be given.
  public let isRequired: Bool
  /// The JSON Schema of its value.
  public let schema: JSONValue
  /// Its default.
  public let defaultValue: JSONValue
}

extension StageOptions {
  /// The table without types, for help and schemas.
  public static var descriptions: [SettingDescription] {
    let defaults = Self()
    return settings.map {
      SettingDescription(
        key: $0.key, help: $0.help, isRequired: $0.isRequired, schema: $0.schema, defaultValue: $0.json(defaults))
    }
  }

  /// All values, for the run report.
  public var json: JSONValue {
    .object(Dictionary(Self.settings.map { ($0.key, $0.json(self)) }, uniquingKeysWith: { first, _ in first }))
  }

  /// Reads the `with:` of a stage; every mistake goes to `reader`.
  ///
  /// - Parameters:
  ///   - node: the mapping under `with:`, or nil if there is none.
  ///   - stage: the stage's name and where it stands, for messages.
  public static func read(
    _ node: ConfigNode?, of stage: String, at location: SourceLocation, _ reader: inout ConfigReader
  ) -> Self {
    var options = Self()
    let keys = settings.map(\.key)
    if let node, !node.isNull {
      guard let entries = node.entries else {
        reader.diagnostics.append(
          .error("wrong-type", "'with' must be a mapping of options, found \(node.kindDescription)", at: node.location))
        return options
      }
      for entry in entries {
        if let setting = settings.first(where: { $0.key == entry.key }) {
          reader.option = entry.key
          setting.read(entry.value, &options, &reader)
        } else {
          let hint = Suggestion.hint(for: entry.key, in: keys)
          let known = keys.isEmpty ? "; it has none" : hint.isEmpty ? "; it has \(keys.joined(separator: ", "))" : hint
          reader.diagnostics.append(
            .error("unknown-option", "'\(entry.key)' is not an option of \(stage)\(known)", at: entry.location))
        }
      }
    }
    for setting in settings where setting.isRequired && node?[setting.key] == nil {
      reader.diagnostics.append(
        .error("missing-option", "\(stage) needs the option '\(setting.key)': \(setting.help)", at: location))
    }
    return options
  }
}
