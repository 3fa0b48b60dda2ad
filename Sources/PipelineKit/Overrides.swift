import StageKit

/// `--set ID.option=value`: options from the command line, read as YAML values.
enum Overrides {
  /// Puts each override in the place of what the file says; mistakes go to `reader`.
  static func apply(_ overrides: [String], to pipeline: inout PipelineFile, _ reader: inout ConfigReader) {
    for override in overrides {
      let place = SourceLocation(file: "--set \(override)")
      guard let match = override.wholeMatch(of: /([^.=]+)\.([^=]+)=(.*)/.dotMatchesNewlines()) else {
        reader.diagnostics.append(.error("bad-override", "an override is written ID.option=value", at: place))
        continue
      }
      let id = String(match.1)
      guard let index = pipeline.entries.firstIndex(where: { $0.id == id }) else {
        let ids = pipeline.entries.map(\.id)
        let hint = Suggestion.hint(for: id, in: ids)
        let list = hint.isEmpty ? "; there are \(ids.joined(separator: ", "))" : hint
        reader.diagnostics.append(.error("unknown-id", "the pipeline has no stage '\(id)'\(list)", at: place))
        continue
      }
      let (value, findings) = YAMLReader.read(String(match.3), file: place.file)
      reader.diagnostics += findings.map { Diagnostic($0.severity, $0.code, $0.message, at: place) }
      guard !findings.contains(where: { $0.severity == .error }) else { continue }
      let node = value.map { moved($0, to: place) } ?? ConfigNode(.scalar("", quoted: false), at: place)
      pipeline.entries[index].setOption(String(match.2), to: node, at: place)
    }
  }

  /// The same node, with the command line as its place: relative paths in it start from the working directory.
  private static func moved(_ node: ConfigNode, to place: SourceLocation) -> ConfigNode {
    switch node.content {
    case .scalar: ConfigNode(node.content, at: place)
    case .sequence(let elements): ConfigNode(.sequence(elements.map { moved($0, to: place) }), at: place)
    case .mapping(let entries):
      ConfigNode(
        .mapping(entries.map { .init(key: $0.key, location: place, value: moved($0.value, to: place)) }), at: place)
    }
  }
}
