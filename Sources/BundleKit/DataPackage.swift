import Foundation

/// The columns of a table: a Table Schema (specification v1).
public struct TableSchema: Encodable, Sendable, Equatable {
  /// One column.
  public struct Field: Encodable, Sendable, Equatable {
    /// As the header of the table has it.
    public let name: String
    /// A type of Table Schema, such as "string", "number" or "integer".
    public let type: String

    /// Names a column.
    public init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// All columns, in their order.
  public let fields: [Field]

  /// A schema.
  public init(fields: [Field]) { self.fields = fields }
}

/// `datapackage.json`: a Frictionless Data Package (specification v1) that lists every other member.
struct DataPackage: Encodable {
  /// One member as a Data Resource.
  struct Resource: Encodable, Sendable {
    let name: String
    let path: String
    var profile = "data-resource"
    let bytes: UInt64
    let hash: String
    let format: String
    let mediatype: String
    let encoding: String?
    var schema: TableSchema?
    /// "file" where the tool `frictionless` would take a name such as pipeline.yaml for one of its own.
    var type: String?
  }

  /// The package's short name.
  let name: String
  let resources: [Resource]
  /// The toolkit's own keys, which Frictionless allows beside its own.
  let additions: [String: any Encodable & Sendable]

  /// Keys that `additions` cannot have, because the package sets them itself.
  static let reservedKeys: Set<String> = ["name", "profile", "resources", "bundleVersion"]

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("data-package", forKey: Key("profile"))
    try container.encode(name, forKey: Key("name"))
    try container.encode(resources, forKey: Key("resources"))
    for (key, value) in additions where !Self.reservedKeys.contains(key) {
      try container.encode(value, forKey: Key(key))
    }
  }

  /// The file's bytes: keys sorted, so that they depend on the content only.
  func encoded() throws(BundleError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return try encoder.encode(self) + Data("\n".utf8)
    } catch {
      throw BundleError(.invalidInput, "the additions to datapackage.json cannot be written as JSON (\(error))")
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}

extension DataPackage {
  /// A text as Frictionless allows it in names: lower-case ASCII letters, digits, ".", "_" and "-".
  static func name(from text: String) -> String {
    let allowed = text.lowercased().unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "0"..."9", ".", "_", "-": Character(scalar)
      default: Character("-")
      }
    }
    return allowed.isEmpty ? "bundle" : String(allowed)
  }

  /// Format, media type and text encoding of a member, from its extension.
  static func kind(of path: String) -> (format: String, mediatype: String, encoding: String?) {
    let file = path.split(separator: "/").last ?? ""
    let format = file.contains(".") ? file.split(separator: ".").last?.lowercased() ?? "" : ""
    return switch format {
    case "jsonl": ("jsonl", "application/x-ndjson", "utf-8")
    case "json": ("json", "application/json", "utf-8")
    case "csv": ("csv", "text/csv", "utf-8")
    case "md": ("md", "text/markdown", "utf-8")
    case "txt": ("txt", "text/plain", "utf-8")
    case "html": ("html", "text/html", "utf-8")
    case "yaml", "yml": ("yaml", "application/yaml", "utf-8")
    case "": ("bin", "application/octet-stream", nil)
    default: (format, "application/octet-stream", nil)
    }
  }
}

/// Gathers the resources and gives each a name of its own: the path with "/" replaced by "-".
struct ResourceList {
  private(set) var resources: [DataPackage.Resource] = []
  private var taken: Set<String> = []
  /// What is known of tables that come, or came, by name.
  var schemas: [String: TableSchema] = [:]

  /// Lists one more member.
  mutating func add(_ path: String, bytes: UInt64, hash: String) {
    let stem = DataPackage.name(from: path)
    var name = stem
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(stem)-\(number)"
      number += 1
    }
    let kind = DataPackage.kind(of: path)
    let schema = schemas[path]
    resources.append(
      .init(
        name: name, path: path, profile: schema == nil ? "data-resource" : "tabular-data-resource", bytes: bytes,
        hash: hash, format: kind.format, mediatype: kind.mediatype, encoding: kind.encoding, schema: schema,
        type: kind.format == "yaml" ? "file" : nil))
  }
}
