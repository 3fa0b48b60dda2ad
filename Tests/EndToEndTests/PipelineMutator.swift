import Foundation
import StageKit
import StageTesting

/// Makes a pipeline file wrong in one of the ways in which people do, the same way each time.
struct PipelineMutator {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func next(below count: Int) -> Int { Int(random.next() % UInt64(count)) }

  private mutating func pick<Element>(_ all: [Element]) -> Element { all[next(below: all.count)] }

  private static let place = SourceLocation(file: "mutated")

  /// The node with a mistake, or with a change that is none.
  mutating func mutate(_ root: ConfigNode) -> ConfigNode {
    let path = pick(Self.paths(root))
    return Self.edit(root, path[...]) { change($0) }
  }

  private mutating func change(_ node: ConfigNode) -> ConfigNode {
    var node = node
    switch (node.content, next(below: 4)) {
    case (_, 0): return pick(Self.strangers)
    case (.mapping(var entries), let way) where !entries.isEmpty:
      let index = next(below: entries.count)
      switch way {
      case 1: entries.remove(at: index)
      case 2:
        let name = next(below: 2) == 0 ? typo(entries[index].key) : pick(Self.keys)
        if !entries.contains(where: { $0.key == name }) { entries[index].key = name }
      default:
        let name = pick(Self.keys)
        if !entries.contains(where: { $0.key == name }) {
          entries.append(.init(key: name, location: Self.place, value: pick(Self.strangers)))
        }
      }
      node.content = .mapping(entries)
    case (.sequence(var elements), let way) where !elements.isEmpty:
      let index = next(below: elements.count)
      switch way {
      case 1: elements.remove(at: index)
      case 2: elements.insert(elements[index], at: index)
      default: elements = []
      }
      node.content = .sequence(elements)
    case (.scalar(let text, let quoted), let way):
      if !quoted, let number = Double(text) {
        node.content = .scalar(way == 1 ? "\(-number)" : way == 2 ? "\(Int(number * 1000))" : "0", quoted: false)
      } else {
        node.content = .scalar(way == 1 ? text : typo(text), quoted: way == 3)
      }
    default: break
    }
    return node
  }

  /// Two neighbouring letters change places, or one comes twice.
  private mutating func typo(_ text: String) -> String {
    var letters = Array(text)
    guard letters.count > 1 else { return text + "x" }
    let index = next(below: letters.count - 1)
    if letters[index] == letters[index + 1] { letters.insert(letters[index], at: index) }
    letters.swapAt(index, index + 1)
    return String(letters) == text ? text + "x" : String(letters)
  }

  /// Values that stand where others should.
  private static let strangers: [ConfigNode] = [
    ConfigNode.Content.scalar("5", quoted: false), .scalar("-1", quoted: false), .scalar("0.5", quoted: false),
    .scalar("100000000", quoted: false), .scalar("true", quoted: false), .scalar("", quoted: false),
    .scalar("", quoted: true), .scalar("5", quoted: true), .scalar("some words", quoted: true),
    .scalar("detect-language", quoted: true), .scalar("exact", quoted: true), .scalar("2m", quoted: true),
    .scalar("out/{dat}/x", quoted: true), .sequence([]),
    .sequence([ConfigNode(.scalar("5", quoted: false), at: place)]), .mapping([]),
    .mapping([.init(key: "other", location: place, value: ConfigNode(.scalar("1", quoted: false), at: place))]),
  ].map { ConfigNode($0, at: place) }

  /// Keys that stand where others should.
  private static let keys = [
    "use", "id", "with", "when", "timeout", "workers", "paths", "kinds", "name", "text", "language", "colour", "Use",
  ]

  // MARK: Trees

  /// The ways to all nodes, as positions from the root.
  private static func paths(_ node: ConfigNode) -> [[Int]] {
    [[]] + children(of: node).enumerated().flatMap { index, child in paths(child).map { [index] + $0 } }
  }

  private static func children(of node: ConfigNode) -> [ConfigNode] {
    node.elements ?? node.entries?.map(\.value) ?? []
  }

  private static func edit(_ node: ConfigNode, _ path: ArraySlice<Int>, _ change: (ConfigNode) -> ConfigNode)
    -> ConfigNode
  {
    guard let index = path.first else { return change(node) }
    var node = node
    if case .sequence(var elements) = node.content {
      elements[index] = edit(elements[index], path.dropFirst(), change)
      node.content = .sequence(elements)
    } else if case .mapping(var entries) = node.content {
      entries[index].value = edit(entries[index].value, path.dropFirst(), change)
      node.content = .mapping(entries)
    }
    return node
  }
}

extension ConfigNode {
  /// The node as YAML on one line.
  func yaml() throws -> String {
    func quoted(_ text: String) throws -> String { String(decoding: try JSONLine.encode(text), as: UTF8.self) }
    switch content {
    case .sequence(let elements): return "[\(try elements.map { try $0.yaml() }.joined(separator: ", "))]"
    case .mapping(let entries):
      return "{\(try entries.map { "\(try quoted($0.key)): \(try $0.value.yaml())" }.joined(separator: ", "))}"
    case .scalar(let text, let isQuoted):
      let isPlain = !isQuoted && text.wholeMatch(of: /[-+.A-Za-z0-9]*/) != nil
      return isPlain ? (isNull ? "null" : text) : try quoted(text)
    }
  }
}
