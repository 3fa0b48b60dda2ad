import StageKit

/// The key of all that a stage's results follow from besides the documents: plugin, version, build, options, the rules
/// of its entry, and the models of the machine.
///
/// What does not change results is left out: its id, its number of workers, comments and order in the file. So a
/// cosmetic edit of a pipeline computes nothing again.
struct StageKey: Sendable {
  /// The key.
  let key: ContentKey

  /// - Parameters:
  ///   - stage: a stage of a plan.
  ///   - build: tells two builds of toolkit with one version apart: stages change while versions stand still.
  ///   - models: identities of the models that stages could use.
  init(of stage: PipelinePlan.Stage, build: String, models: [String]) {
    func text(_ value: JSONValue?) -> String {
      value.flatMap { try? JSONLine.encode($0) }.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    }
    let rules = [stage.onError.rawValue, stage.timeout.map { "\($0)" } ?? "-", text(stage.condition?.json)]
    let parts = [stage.plugin, stage.version, build, stage.entry.name, text(stage.configured.options)] + rules + models
    key = ContentKey(of: parts.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n"))
  }

  /// As 32 hexadecimal digits.
  var text: String { key.text }
}

extension ContentKey {
  /// As 32 hexadecimal digits.
  var text: String {
    [high, low].map { number in
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
