import Foundation

/// Reads Prometheus' text exposition format 0.0.4, strictly: names, escapes, numbers, one `# HELP` and one `# TYPE`
/// before the samples of each metric, which stand together, and no sample twice.
///
/// Written from the format's description, and not with the renderer in view.
struct PrometheusSamples {
  struct Sample: Equatable {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  /// What a line breaks.
  struct Mistake: Error, CustomStringConvertible {
    var line: Int
    var what: String
    var description: String { "line \(line): \(what)" }
  }

  private(set) var samples: [Sample] = []
  private(set) var types: [String: String] = [:]
  private(set) var help: [String: String] = [:]

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Mistake(line: 0, what: "the last line has no end") }
    var current: String?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().enumerated() {
      func check(_ holds: Bool, _ what: String) throws {
        if !holds { throw Mistake(line: number + 1, what: what) }
      }
      if line.hasPrefix("# ") {
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        try check(parts.count == 4 && Self.isName(parts[2], colons: true), "no comment of a metric")
        if parts[1] == "HELP" {
          try check(help[parts[2]] == nil && types[parts[2]] == nil, "HELP comes twice, or late")
          help[parts[2]] = try Self.unescaped(parts[3], quotes: false, line: number + 1)
        } else {
          try check(parts[1] == "TYPE" && types[parts[2]] == nil, "TYPE comes twice, or is none")
          try check(["counter", "gauge", "histogram", "summary", "untyped"].contains(parts[3]), "no type")
          types[parts[2]] = parts[3]
        }
        current = parts[2]
        continue
      }
      let sample = try Self.sample(line, number + 1)
      try check(sample.name == current, "a sample outside of its metric's stretch")
      try check(types[sample.name] != nil && help[sample.name] != nil, "a sample before its TYPE and HELP")
      try check(
        !samples.contains { $0.name == sample.name && $0.labels == sample.labels }, "the same sample comes twice")
      try check(types[sample.name] != "counter" || sample.name.hasSuffix("_total"), "a counter is called *_total")
      samples.append(sample)
    }
  }

  /// The value of the one sample of a name with some labels at least; nil if there is none, or more than one.
  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    let found = samples.filter { sample in
      sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
    }
    return found.count == 1 ? found.first?.value : nil
  }

  // MARK: A line

  private static func isName(_ text: String, colons: Bool) -> Bool {
    colons
      ? text.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil : text.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil
  }

  private static func sample(_ line: Substring, _ number: Int) throws -> Sample {
    guard let match = line.wholeMatch(of: /([^{ ]+)(?:\{((?:[^"]|"(?:[^"\\]|\\.)*")*)\})? ([^ ]+)/) else {
      throw Mistake(line: number, what: "no sample")
    }
    let name = String(match.output.1)
    guard isName(name, colons: true) else { throw Mistake(line: number, what: "'\(name)' is no name") }
    var labels: [String: String] = [:]
    var rest = match.output.2 ?? ""
    while !rest.isEmpty {
      guard let label = rest.prefixMatch(of: /([^=]+)="((?:[^"\\\n]|\\.)*)",?/),
        isName(String(label.output.1), colons: false), labels[String(label.output.1)] == nil
      else { throw Mistake(line: number, what: "no labels: \(rest)") }
      labels[String(label.output.1)] = try unescaped(String(label.output.2), quotes: true, line: number)
      rest = rest[label.range.upperBound...]
    }
    guard let value = Double(match.output.3) else { throw Mistake(line: number, what: "no number") }
    return Sample(name: name, labels: labels, value: value)
  }

  private static func unescaped(_ text: String, quotes: Bool, line: Int) throws -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      switch scalars.next() {
      case "\\": result.append("\\")
      case "n": result.append("\n")
      case "\"" where quotes: result.append("\"")
      default: throw Mistake(line: line, what: "an unknown escape")
      }
    }
    return String(result)
  }
}
