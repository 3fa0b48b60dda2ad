import Foundation
import StageKit

/// How many documents may end in quarantine before the run counts as failed: a number, or a share of all that were read.
public enum QuarantineLimit: Sendable, Equatable {
  /// At most so many.
  case count(Int)
  /// At most so many of a hundred that sources found.
  case percent(Double)

  /// Reads `12`, `5%` or `0.5%`.
  public init?(_ text: String) {
    guard let match = text.wholeMatch(of: /([0-9]{1,9}(?:\.[0-9]{1,6})?)(%?)/) else { return nil }
    if match.2.isEmpty {
      guard let count = Int(match.1) else { return nil }
      self = .count(count)
    } else {
      guard let share = Double(match.1), share <= 100 else { return nil }
      self = .percent(share)
    }
  }

  /// Whether so many documents are too many.
  ///
  /// - Parameter total: how many were read; nil as long as there may be more.
  func isExceeded(by count: Int, of total: Int?) -> Bool {
    switch self {
    case .count(let maximum): return count > maximum
    case .percent(let share):
      guard let total else { return false }
      // Multiplied and not divided: 29 of 100 are not more than 29%.
      return Double(count) * 100 > share * Double(total)
    }
  }
}

extension QuarantineLimit: CustomStringConvertible {
  /// As it is written: `12`, `5%`.
  public var description: String {
    switch self {
    case .count(let count): "\(count)"
    case .percent(let share): share == share.rounded() ? "\(Int(share))%" : "\(share)%"
    }
  }
}

extension QuarantineLimit: ConfigValue {
  /// A whole number, or a number with a per cent sign.
  public static var schema: JSONValue {
    .object(["type": .array(["integer", "string"]), "minimum": 0, "pattern": "^[0-9]+(\\.[0-9]+)?%$|^[0-9]+$"])
  }

  /// Reads `12` or `5%`.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> QuarantineLimit? {
    guard let text = node.text, let limit = QuarantineLimit(text) else {
      return reader.expected("a number of documents or a share such as 5%", found: node)
    }
    return limit
  }

  /// As it is written.
  public var json: JSONValue { .string(description) }
}
