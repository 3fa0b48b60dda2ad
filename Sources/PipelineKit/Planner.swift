import StageKit

/// Matches the entries of a file with the stages of plugins and checks that their order is possible.
struct Planner {
  let request: PipelinePlan.Request

  /// Puts the command line's paths in the place of the first source's own.
  func replaceInputs(in pipeline: inout PipelineFile, _ reader: inout ConfigReader) {
    guard let inputs = request.inputs else { return }
    let place = SourceLocation(file: "command line")
    guard
      let index = pipeline.entries.firstIndex(where: {
        find($0.use)?.entry.settings.contains { $0.key == "paths" } ?? false
      })
    else {
      reader.diagnostics.append(
        .error("no-input", "paths were given, but no stage of the pipeline takes 'paths'", at: place))
      return
    }
    let paths = ConfigNode(
      .sequence(inputs.map { ConfigNode(.scalar($0, quoted: true), at: SourceLocation(file: $0)) }), at: place)
    pipeline.entries[index].setOption("paths", to: paths, at: place)
    guard !request.except.isEmpty else { return }
    let except = request.except.map { ConfigNode(.scalar($0, quoted: true), at: SourceLocation(file: $0)) }
    pipeline.entries[index].setOption("except", to: ConfigNode(.sequence(except), at: place), at: place)
  }

  /// Configures one stage; every mistake goes to `reader`.
  func plan(_ entry: PipelineFile.Entry, _ reader: inout ConfigReader) -> PipelinePlan.Stage? {
    guard let (plugin, stage) = find(entry.use) else {
      let names = request.plugins.flatMap { $0.stages.map(\.name) }
      let hint = Suggestion.hint(for: entry.use, in: names)
      let list = hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint
      reader.diagnostics.append(.error("unknown-stage", "there is no stage '\(entry.use)'\(list)", at: entry.location))
      return nil
    }
    let configured = stage.configure(entry.with, entry.location, &reader)
    if request.checksEnds || stage.shape.isBetweenEnds {
      reader.diagnostics += configured.check(PlanContext(encoder: request.encoder, location: entry.location))
    }
    if stage.shape != .document {
      for key in PipelineFile.entryKeys.filter(\.isForDocumentStages).names where entry.places[key] != nil {
        reader.diagnostics.append(
          .error(
            "not-for-this-stage",
            "'\(key)' is for stages that take one document at a time; \(entry.use) is a \(stage.shape.rawValue) stage",
            at: entry.places[key]))
      }
    }
    return PipelinePlan.Stage(
      id: entry.id, entry: stage, plugin: plugin.name, version: plugin.version,
      options: redacted(configured.options, entry.with), workers: entry.workers, timeout: entry.timeout,
      retries: entry.retries, onError: entry.onError, condition: entry.condition, configured: configured,
      with: entry.with, location: entry.location)
  }

  /// Reports what can't work in this order: sources that are not first, and stages before what they need.
  func checkOrder(_ stages: [PipelinePlan.Stage], _ pipeline: PipelineFile, _ reader: inout ConfigReader) {
    // With a stage missing for another mistake, what follows would only be confusing.
    guard stages.count == pipeline.entries.count, let first = stages.first else { return }
    let places = pipeline.entries.map(\.location)
    if first.entry.shape != .source {
      reader.diagnostics.append(
        .error("no-source", "a pipeline starts with a source, and \(first.entry.name) is none", at: places[0]))
    }
    var provided: Set<Facet> = []
    var onlySources = true
    for (index, stage) in stages.enumerated() {
      let isSource = stage.entry.shape == .source
      if isSource, !onlySources {
        reader.diagnostics.append(
          .error(
            "late-source", "\(stage.entry.name) is a source: it must stand before all other stages", at: places[index]))
      }
      onlySources = onlySources && isSource
      for facet in stage.entry.needs where !provided.contains(facet) {
        if let later = stages[index...].first(where: { $0.entry.provides.contains(facet) }) {
          reader.diagnostics.append(
            .error(
              "impossible-order", "\(stage.entry.name) needs \(facet.rawValue), but \(later.entry.name) comes after it",
              at: places[index]))
        } else {
          reader.diagnostics.append(
            .warning(
              "unmet-need",
              "\(stage.entry.name) needs \(facet.rawValue) and no stage before it finds them; "
                + "documents that don't bring their own are treated as unknown", at: places[index]))
        }
      }
      provided.formUnion(stage.entry.provides)
    }
    if !stages.contains(where: { $0.entry.shape == .sink }) {
      reader.diagnostics.append(
        .warning("no-sink", "no stage writes anything: the run will only be counted", at: places[places.count - 1]))
    }
  }

  /// Reports tests that name stages which are not there, or which tests leave out.
  func checkTests(_ pipeline: PipelineFile, _ reader: inout ConfigReader) {
    let stages = pipeline.entries.map { (id: $0.id, shape: find($0.use)?.entry.shape) }
    for test in pipeline.tests { test.check(stages, &reader) }
  }

  func find(_ name: String) -> (plugin: Plugin, entry: StageEntry)? {
    for plugin in request.plugins {
      if let entry = plugin.stages.first(where: { $0.name == name }) { return (plugin, entry) }
    }
    return nil
  }

  /// The options with what came from the environment taken out: a report may travel, a secret must not.
  private func redacted(_ options: JSONValue, _ with: ConfigNode?) -> JSONValue {
    guard case .object(var fields) = options, let entries = with?.entries else { return options }
    for entry in entries where holdsSubstitution(entry.value) { fields[entry.key] = "(from the environment)" }
    return .object(fields)
  }

  private func holdsSubstitution(_ node: ConfigNode) -> Bool {
    switch node.content {
    case .scalar: node.isFromEnvironment
    case .sequence(let elements): elements.contains(where: holdsSubstitution)
    case .mapping(let entries): entries.contains { holdsSubstitution($0.value) }
    }
  }
}

extension StageShape {
  /// Whether it is neither a source nor a sink.
  var isBetweenEnds: Bool { self == .document || self == .corpus }
}

extension PipelineFile.Entry {
  /// Sets an option, in the place of what the file says.
  mutating func setOption(_ key: String, to value: ConfigNode, at place: SourceLocation) {
    // What is no mapping is a mistake of the file, which is reported when it is read.
    if let with, !with.isNull, with.entries == nil { return }
    var entries = with?.entries ?? []
    entries.removeAll { $0.key == key }
    entries.append(.init(key: key, location: place, value: value))
    with = ConfigNode(.mapping(entries), at: with?.location ?? place)
  }
}
