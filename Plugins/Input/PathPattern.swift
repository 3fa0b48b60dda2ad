/// One name of a path pattern: `*` is any run of characters, `?` any one, `[a-z]` one of a set, `[!a-z]` one outside it;
/// a backslash takes the next character as it is.
///
/// Characters are Unicode scalars. A dot at the start of a name must be written: `*` does not match `.hidden`.
struct NamePattern: Sendable, Equatable {
  private enum Element: Sendable, Equatable {
    case one(Unicode.Scalar)
    case any
    case run
    case set([ClosedRange<Unicode.Scalar>], negated: Bool)

    func matches(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .one(let wanted): scalar == wanted
      case .any: true
      case .run: false
      case .set(let ranges, let negated): ranges.contains { $0.contains(scalar) } != negated
      }
    }
  }

  private var elements: [Element] = []

  /// Reads a pattern. A `[` that nothing closes stands for itself.
  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "*":
        if elements.last != .run { elements.append(.run) }
      case "?": elements.append(.any)
      case "\\" where index + 1 < scalars.count:
        index += 1
        elements.append(.one(scalars[index]))
      case "[":
        if let (set, end) = Self.set(scalars, from: index) {
          elements.append(set)
          index = end
        } else {
          elements.append(.one("["))
        }
      default: elements.append(.one(scalars[index]))
      }
      index += 1
    }
  }

  /// The name that the pattern stands for, if it has no wildcard.
  var literal: String? {
    var text = String.UnicodeScalarView()
    for element in elements {
      guard case .one(let scalar) = element else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  /// Whether a whole name matches; in time proportional to both lengths' product at worst.
  func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    if scalars.first == ".", elements.first != .one(".") { return false }
    var (element, scalar) = (0, 0)
    var retry: (element: Int, scalar: Int)?
    while scalar < scalars.count {
      if element < elements.count, elements[element] == .run {
        retry = (element + 1, scalar)
        element += 1
      } else if element < elements.count, elements[element].matches(scalars[scalar]) {
        element += 1
        scalar += 1
      } else if let last = retry {
        // Let the last run take one more.
        retry = (last.element, last.scalar + 1)
        (element, scalar) = (last.element, last.scalar + 1)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { $0 == .run }
  }

  /// Reads `[…]` that starts at `start`; a `]` right after the opening belongs to the set.
  private static func set(_ scalars: [Unicode.Scalar], from start: Int) -> (Element, end: Int)? {
    var index = start + 1
    let negated = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
    if negated { index += 1 }
    let first = index
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while index < scalars.count {
      if scalars[index] == "]", index > first { return (.set(ranges, negated: negated), index) }
      if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
        if scalars[index] <= scalars[index + 2] { ranges.append(scalars[index]...scalars[index + 2]) }
        index += 3
      } else {
        ranges.append(scalars[index]...scalars[index])
        index += 1
      }
    }
    return nil
  }
}

/// A pattern for paths: a pattern for each name, and `**` for any number of folders, none included.
struct PathPattern: Sendable {
  enum Part: Sendable, Equatable {
    case name(NamePattern)
    case folders
  }

  /// The parts between the slashes.
  let parts: [Part]
  /// Whether it starts at the root.
  let isAbsolute: Bool

  init(_ text: String) {
    isAbsolute = text.hasPrefix("/")
    var parts: [Part] = []
    for name in text.split(separator: "/") where name != "." {
      let part: Part = name == "**" ? .folders : .name(NamePattern(String(name)))
      if part != .folders || parts.last != .folders { parts.append(part) }
    }
    // `reports/**` means the files below, as in most shells.
    if parts.last == .folders { parts.append(.name(NamePattern("*"))) }
    self.parts = parts
  }
}
