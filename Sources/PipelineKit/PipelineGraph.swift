import StageKit

/// A pipeline as a graph: its stages, and the ways that documents take.
public struct PipelineGraph: Sendable, Encodable {
  /// A stage.
  public struct Node: Sendable, Encodable {
    /// Its id in the pipeline.
    public let id: String
    /// The stage's name.
    public let use: String
    /// Which of the four shapes it has.
    public let shape: StageShape
    /// How many documents at once, if the pipeline says so.
    public let workers: Int?
    /// Which documents it sees, as `{"language": ["ar"]}`; all if absent.
    public let when: JSONValue?
    /// `quarantine` or `fail`.
    public let onError: String
    /// What it gives to documents.
    public let provides: [String]
  }

  /// A way from one node to the next.
  public struct Edge: Sendable, Encodable {
    /// Which documents take it.
    public enum Kind: String, Sendable, Encodable {
      /// Those that go on.
      case documents
      /// Those that the stage could not process.
      case quarantine
    }
    /// A stage's id.
    public let from: String
    /// A stage's id; absent for the quarantine.
    public let to: String?
    /// Which documents take it.
    public let kind: Kind
  }

  /// The pipeline's name.
  public let name: String
  /// The stages in order.
  public let nodes: [Node]
  /// The way of the documents in order, then the ways to quarantine.
  public let edges: [Edge]

  /// The graph of a plan.
  public init(_ plan: PipelinePlan) {
    name = plan.name
    nodes = plan.stages.map { stage in
      Node(
        id: stage.id, use: stage.entry.name, shape: stage.entry.shape, workers: stage.workers,
        when: stage.condition?.json, onError: stage.onError.rawValue,
        provides: stage.entry.provides.map(\.rawValue))
    }
    // Sources write into one stream, one after the other.
    let sources = plan.stages.prefix { $0.entry.shape == .source }
    var edges: [Edge] = []
    for (before, stage) in zip(plan.stages, plan.stages.dropFirst()) where before.entry.shape != .source {
      edges.append(Edge(from: before.id, to: stage.id, kind: .documents))
    }
    if plan.stages.count > sources.count {
      let next = plan.stages[sources.count].id
      edges = sources.map { Edge(from: $0.id, to: next, kind: .documents) } + edges
    }
    self.edges =
      edges
      + plan.stages.filter { $0.onError == .quarantine }.map { Edge(from: $0.id, to: nil, kind: .quarantine) }
  }

  /// The graph as a Mermaid flowchart; ends with a line break.
  public var mermaid: String {
    let numbers = Dictionary(
      nodes.enumerated().map { ($0.element.id, $0.offset + 1) }, uniquingKeysWith: { first, _ in first })
    func name(_ id: String) -> String { "s\(numbers[id] ?? 0)" }
    let conditions = Dictionary(
      nodes.compactMap { node in node.when.map { (node.id, Self.words(for: $0)) } }, uniquingKeysWith: { $1 })
    var lines = ["---", "title: \"\(self.name)\"", "---", "flowchart TD"]
    for node in nodes {
      let (open, close) = Self.brackets(node.shape)
      lines.append("  \(name(node.id))\(open)\"\(label(node))\"\(close)")
    }
    for edge in edges where edge.kind == .documents {
      guard let to = edge.to else { continue }
      let label = conditions[to].map { "|\"\(Self.escaped("when \($0)"))\"|" } ?? ""
      lines.append("  \(name(edge.from)) -->\(label) \(name(to))")
    }
    let failing = edges.filter { $0.kind == .quarantine }
    if !failing.isEmpty {
      lines.append("  quarantine[/\"quarantine\"\\]")
      lines += failing.map { "  \(name($0.from)) -.-> quarantine" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Sources lean, sinks are drums, corpus stages have double sides.
  private static func brackets(_ shape: StageShape) -> (String, String) {
    switch shape {
    case .source: ("[/", "/]")
    case .document: ("[", "]")
    case .corpus: ("[[", "]]")
    case .sink: ("[(", ")]")
    }
  }

  private func label(_ node: Node) -> String {
    var lines = [node.id == node.use ? node.id : "\(node.id): \(node.use)"]
    if let workers = node.workers { lines.append("\(workers) at once") }
    if node.onError == PipelineFile.OnError.fail.rawValue { lines.append("an error ends the run") }
    if !node.provides.isEmpty { lines.append("finds \(node.provides.joined(separator: ", "))") }
    return lines.map(Self.escaped).joined(separator: "<br/>")
  }

  /// `language ar, fa; kind document`.
  private static func words(for condition: JSONValue) -> String {
    guard case .object(let fields) = condition else { return "" }
    return fields.sorted { $0.key < $1.key }.map { key, value in
      guard case .array(let values) = value else { return key }
      let names = values.map { if case .string(let text) = $0 { text } else { "" } }
      return "\(key) \(names.joined(separator: ", "))"
    }.joined(separator: "; ")
  }

  /// A text for a label in quotes: Mermaid writes by number what has a meaning there, in HTML, in Markdown or in its own
  /// directives.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "#", "&", "<", ">", "`", "%", "\\", "[", "]", "{", "}", "|": result += "#\(scalar.value);"
      default:
        result += scalar.properties.generalCategory == .control || scalar.properties.isWhitespace ? " " : "\(scalar)"
      }
    }
    return result
  }
}
