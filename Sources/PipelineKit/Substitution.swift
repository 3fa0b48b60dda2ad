import StageKit

/// Fills `${NAME}`, `${NAME:-default}` and `${NAME:?message}` into single values, after the YAML was parsed: what a
/// variable holds can never become structure. `$$` is a dollar sign.
///
/// `${date}` is the day of the run, whatever the environment calls `date`.
struct Substitution {
  /// The name of the day of the run.
  static let dateName = "date"

  private let environment: [String: String]
  private let date: String?
  /// Mistakes, with their places.
  private(set) var diagnostics: [Diagnostic] = []
  private var usedEnvironment = false
  private var usedDate = false

  /// A substitution from the given variables.
  ///
  /// - Parameter date: the day of the run, `2026-03-12`; nil if there is none, and then `date` is a name like others.
  init(environment: [String: String], date: String? = nil) {
    self.environment = environment
    self.date = date
  }

  /// The node with all its values filled in. Names of mappings stay as they are.
  mutating func apply(to node: ConfigNode) -> ConfigNode {
    switch node.content {
    case .scalar(let text, let quoted):
      guard text.contains("$") else { return node }
      usedEnvironment = false
      usedDate = false
      var filled = ConfigNode(.scalar(fill(text, date, at: node.location), quoted: quoted), at: node.location)
      filled.isFromEnvironment = usedEnvironment
      // What is wrong with the text has been reported by now.
      let reported = diagnostics
      if usedDate { filled.textForOutputs = fill(text, "{\(Self.dateName)}", at: node.location) }
      diagnostics = reported
      return filled
    case .sequence(let elements):
      var filled: [ConfigNode] = []
      for element in elements { filled.append(apply(to: element)) }
      return ConfigNode(.sequence(filled), at: node.location)
    case .mapping(var entries):
      for index in entries.indices { entries[index].value = apply(to: entries[index].value) }
      return ConfigNode(.mapping(entries), at: node.location)
    }
  }

  private mutating func fill(_ text: String, _ date: String?, at place: SourceLocation) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          diagnostics.append(.error("bad-variable", "'${' has no '}' after it; '$$' is a dollar sign", at: place))
          return text
        }
        result += value(of: rest[rest.index(after: rest.startIndex)..<end], date, at: place)
        rest = rest[rest.index(after: end)...]
      } else {
        result += "$"
      }
    }
    return result + rest
  }

  private mutating func value(of expression: Substring, _ date: String?, at place: SourceLocation) -> String {
    let parts = expression.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
      diagnostics.append(.error("bad-variable", "'${\(expression)}' is no variable's name", at: place))
      return "${\(expression)}"
    }
    let fallback = parts.count > 1 ? parts[1] : nil
    if name == Self.dateName, let date {
      if let fallback {
        // As likely as not `${date:-1d}` was meant to be yesterday.
        diagnostics.append(
          .error(
            "bad-variable", "'${date}' is the day of the run and takes nothing after it, found ':\(fallback)'",
            at: place))
      }
      usedDate = true
      return date
    }
    if let value = environment[name], !value.isEmpty || fallback == nil {
      usedEnvironment = true
      return value
    }
    switch fallback?.first {
    case "-": return String(fallback?.dropFirst() ?? "")
    case "?":
      let message = fallback?.dropFirst() ?? ""
      diagnostics.append(
        .error("unset-variable", message.isEmpty ? "\(name) is not set" : "\(name): \(message)", at: place))
    case nil:
      diagnostics.append(
        .error("unset-variable", "\(name) is not set; set it, or write ${\(name):-default}", at: place))
    default:
      diagnostics.append(
        .error("bad-variable", "after '\(name):' comes '-' and a default, or '?' and a message", at: place))
    }
    // Nothing else should be found missing because of it.
    return "${\(expression)}"
  }
}
