import CLibYAML
import StageKit

/// Reads YAML into located nodes through libyaml's events, which carry the line and column of everything.
///
/// Stricter than YAML where YAML surprises: one document, names only once in a mapping, no tags but `!!str`,
/// aliases only within a budget of nodes, and a warning for plain values that YAML 1.1 tools read as something else.
struct YAMLReader {
  /// A pipeline file is small; what is beyond this is a mistake or an attack.
  static let maximumBytes = 1 << 20
  /// How many nodes a file may have once its aliases are filled in.
  static let maximumNodes = 20_000
  /// How deep lists and mappings may lie in each other.
  static let maximumDepth = 32

  private let file: String
  private let lines: SourceLines
  private(set) var diagnostics: [Diagnostic] = []
  private var anchors: [String: (node: ConfigNode, size: Int)] = [:]
  private var nodes = 0

  /// Reads `text`, which stands in `file`.
  ///
  /// - Returns: the root, or nil if there is an error that leaves nothing to look at; and all findings.
  static func read(_ text: String, file: String) -> (root: ConfigNode?, diagnostics: [Diagnostic]) {
    var reader = YAMLReader(file: file, lines: SourceLines(text))
    guard text.utf8.count <= maximumBytes else {
      let limit = "the file has more than the \(maximumBytes) bytes that a pipeline may have"
      return (nil, [.error("too-large", limit, at: SourceLocation(file: file))])
    }
    var utf8 = Array(text.utf8)
    if utf8.starts(with: [0xEF, 0xBB, 0xBF]) { utf8.removeFirst(3) }
    do {
      let root = try reader.readStream(utf8)
      return (root, reader.diagnostics)
    } catch {
      return (nil, reader.diagnostics + [error])
    }
  }

  private init(file: String, lines: SourceLines) {
    self.file = file
    self.lines = lines
  }

  private func location(_ mark: yaml_mark_t) -> SourceLocation {
    SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  // MARK: Events

  private mutating func readStream(_ utf8: [UInt8]) throws(Diagnostic) -> ConfigNode? {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw .error("out-of-memory", "the YAML parser could not start", at: SourceLocation(file: file))
    }
    defer { yaml_parser_delete(&parser) }
    // The parser keeps the pointer: the bytes must stay where they are until it is done.
    let input = UnsafeMutablePointer<UInt8>.allocate(capacity: max(utf8.count, 1))
    defer { input.deallocate() }
    input.initialize(from: utf8, count: utf8.count)
    yaml_parser_set_input_string(&parser, input, utf8.count)
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)

    var root: ConfigNode?
    while true {
      var event = try nextEvent(&parser)
      let (type, start) = (event.type, event.start_mark)
      defer { yaml_event_delete(&event) }
      switch type {
      case YAML_STREAM_END_EVENT: return root
      case YAML_DOCUMENT_START_EVENT:
        guard root == nil else {
          throw .error(
            "several-documents", "a pipeline file holds one YAML document, this is another", at: location(start))
        }
        root = try readNode(&parser, depth: 0).node
      default: continue
      }
    }
  }

  private func nextEvent(_ parser: inout yaml_parser_t) throws(Diagnostic) -> yaml_event_t {
    var event = yaml_event_t()
    if yaml_parser_parse(&parser, &event) == 1 { return event }
    throw syntaxError(parser)
  }

  private mutating func readNode(
    _ parser: inout yaml_parser_t, depth: Int
  ) throws(Diagnostic) -> (node: ConfigNode, size: Int) {
    var event = try nextEvent(&parser)
    defer { yaml_event_delete(&event) }
    return try readNode(event, &parser, depth: depth)
  }

  private mutating func readNode(
    _ event: yaml_event_t, _ parser: inout yaml_parser_t, depth: Int
  ) throws(Diagnostic) -> (node: ConfigNode, size: Int) {
    let place = location(event.start_mark)
    guard depth <= Self.maximumDepth else {
      throw .error("too-deep", "lists and mappings lie more than \(Self.maximumDepth) deep here", at: place)
    }
    let anchor: String?
    let result: (node: ConfigNode, size: Int)
    switch event.type {
    case YAML_ALIAS_EVENT:
      let name = Self.string(event.data.alias.anchor)
      guard let known = anchors[name] else {
        throw .error("unknown-alias", "'*\(name)' has no anchor '&\(name)' before it", at: place)
      }
      try count(known.size, at: place)
      return known
    case YAML_SCALAR_EVENT:
      anchor = event.data.scalar.anchor.map(Self.string)
      result = (try scalar(event, at: place), 1)
      try count(1, at: place)
    case YAML_SEQUENCE_START_EVENT:
      anchor = event.data.sequence_start.anchor.map(Self.string)
      try refuseTag(event.data.sequence_start.tag, at: place)
      result = try sequence(&parser, at: place, depth: depth)
    case YAML_MAPPING_START_EVENT:
      anchor = event.data.mapping_start.anchor.map(Self.string)
      try refuseTag(event.data.mapping_start.tag, at: place)
      result = try mapping(&parser, at: place, depth: depth)
    default:
      throw .error("syntax", "a value is missing here", at: place)
    }
    if let anchor { anchors[anchor] = result }
    return result
  }

  private mutating func sequence(
    _ parser: inout yaml_parser_t, at place: SourceLocation, depth: Int
  ) throws(Diagnostic) -> (ConfigNode, Int) {
    try count(1, at: place)
    var elements: [ConfigNode] = []
    var size = 1
    while true {
      var event = try nextEvent(&parser)
      defer { yaml_event_delete(&event) }
      if event.type == YAML_SEQUENCE_END_EVENT { return (ConfigNode(.sequence(elements), at: place), size) }
      let element = try readNode(event, &parser, depth: depth + 1)
      elements.append(element.node)
      size += element.size
    }
  }

  private mutating func mapping(
    _ parser: inout yaml_parser_t, at place: SourceLocation, depth: Int
  ) throws(Diagnostic) -> (ConfigNode, Int) {
    try count(1, at: place)
    var entries: [ConfigNode.Entry] = []
    var size = 1
    while true {
      var event = try nextEvent(&parser)
      defer { yaml_event_delete(&event) }
      if event.type == YAML_MAPPING_END_EVENT { return (ConfigNode(.mapping(entries), at: place), size) }
      let keyPlace = location(event.start_mark)
      guard event.type == YAML_SCALAR_EVENT else {
        throw .error("bad-key", "a name must be a single word here", at: keyPlace)
      }
      let key = Self.string(event.data.scalar.value, length: event.data.scalar.length)
      let value = try readNode(&parser, depth: depth + 1)
      size += value.size
      if let first = entries.first(where: { $0.key == key }) {
        let line = first.location.line.map { " on line \($0)" } ?? ""
        diagnostics.append(.error("duplicate-key", "'\(key)' is given twice; it stands\(line) already", at: keyPlace))
      } else {
        entries.append(.init(key: key, location: keyPlace, value: value.node))
      }
    }
  }

  private mutating func scalar(_ event: yaml_event_t, at place: SourceLocation) throws(Diagnostic) -> ConfigNode {
    let text = Self.string(event.data.scalar.value, length: event.data.scalar.length)
    var quoted = event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE
    if let tag = event.data.scalar.tag.map(Self.string) {
      guard tag == "tag:yaml.org,2002:str" else { throw unknownTag(tag, at: place) }
      quoted = true
    }
    if !quoted, let surprise = YAMLSurprise.message(for: text) {
      diagnostics.append(.warning("yaml-surprise", surprise, at: place))
    }
    return ConfigNode(.scalar(text, quoted: quoted), at: place)
  }

  private mutating func count(_ more: Int, at place: SourceLocation) throws(Diagnostic) {
    nodes += more
    guard nodes <= Self.maximumNodes else {
      throw .error(
        "alias-bomb", "with its aliases filled in, the file has more than \(Self.maximumNodes) values here", at: place)
    }
  }

  private func refuseTag(_ tag: UnsafeMutablePointer<yaml_char_t>?, at place: SourceLocation) throws(Diagnostic) {
    if let tag { throw unknownTag(Self.string(tag), at: place) }
  }

  private func unknownTag(_ tag: String, at place: SourceLocation) -> Diagnostic {
    .error("unknown-tag", "the tag '\(tag)' means nothing here; remove it", at: place)
  }

  // MARK: Syntax errors

  private func syntaxError(_ parser: yaml_parser_t) -> Diagnostic {
    let problem = parser.problem.map { String(cString: $0) } ?? "this is not YAML"
    if parser.error == YAML_READER_ERROR {
      // The reader leaves no mark, only the offset of the byte.
      let place = lines.location(ofByte: Int(parser.problem_offset), file: file)
      return .error("bad-character", "the file is not plain UTF-8 text here (\(problem))", at: place)
    }
    let place = location(parser.problem_mark)
    if let line = place.line, lines.startsWithTab(line) {
      let tab = SourceLocation(file: file, line: line, column: 1)
      return .error("tab", "a tab indents this line; YAML takes spaces only", at: tab)
    }
    guard let context = parser.context.map({ String(cString: $0) }) else { return .error("syntax", problem, at: place) }
    let start = location(parser.context_mark)
    let from = start.line == place.line ? "" : start.line.map { ", which starts on line \($0)" } ?? ""
    return .error("syntax", "\(problem) (\(context)\(from))", at: place)
  }

  private static func string(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String {
    bytes.map { String(cString: $0) } ?? ""
  }

  private static func string(_ bytes: UnsafeMutablePointer<yaml_char_t>?, length: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : length), as: UTF8.self)
  }
}
