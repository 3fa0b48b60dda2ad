import Foundation

/// A path as the file system has it: bytes, which need not be UTF-8 on Linux.
struct FilePath: Hashable, Comparable, Sendable {
  /// The bytes, with `/` between names and without the closing zero.
  private(set) var bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// For people and for documents: bytes that are not UTF-8 are shown as `\xFF`, so that different paths stay different.
  var text: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var position = 0
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let scalar):
        text.unicodeScalars.append(Unicode.UTF8.decode(scalar))
        position += scalar.count
      case .error(let length):
        for byte in bytes[position..<min(position + length, bytes.count)] {
          text += "\\x" + String(byte, radix: 16, uppercase: true)
        }
        position += length
      case .emptyInput: return text
      }
    }
  }

  /// Whether it starts at the root.
  var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }

  /// The names between the slashes.
  var names: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }

  /// The last name.
  var name: String { names.last.map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// Everything before the last name; nil if there is nothing.
  var folder: FilePath? {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return FilePath(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(bytes[..<slash]))
  }

  /// What follows the last dot of the name, in lower case; nil if there is no dot, or only one at the start.
  var fileExtension: String? {
    let name = self.name
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    return String(name[name.index(after: dot)...]).lowercased()
  }

  /// Without empty names, names that are `.`, and a slash at the end. `..` stays: behind a link it can't be resolved
  /// by looking at the text.
  var cleaned: FilePath {
    let kept = names.filter { $0 != [UInt8(ascii: ".")] }
    let joined = Array(kept.joined(separator: [UInt8(ascii: "/")]))
    if isAbsolute { return FilePath(bytes: [UInt8(ascii: "/")] + joined) }
    return FilePath(bytes: joined.isEmpty ? [UInt8(ascii: ".")] : joined)
  }

  /// Where the file itself lies, links and `..` resolved; the path as it is if there is no such file.
  var real: FilePath {
    withCString { path in
      guard let real = realpath(path, nil) else { return cleaned }
      defer { free(real) }
      return FilePath(bytes: Array(UnsafeRawBufferPointer(start: real, count: strlen(real))))
    }
  }

  /// The path of an entry of this folder; the folder `.` adds nothing.
  func appending(_ name: some Sequence<UInt8>) -> FilePath {
    if bytes.isEmpty || bytes == [UInt8(ascii: ".")] { return FilePath(bytes: Array(name)) }
    return FilePath(bytes: bytes + (bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]) + name)
  }

  /// Where a path leads that starts from the folder `base`.
  func resolved(from base: FilePath) -> FilePath {
    isAbsolute ? self : base.appending(bytes)
  }

  /// Calls `body` with the bytes as C wants them.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (bytes + [0]).withUnsafeBufferPointer { buffer in
      try buffer.withMemoryRebound(to: CChar.self) { chars in
        guard let start = chars.baseAddress else { return try "".withCString(body) }
        return try body(start)
      }
    }
  }

  /// By bytes, as `LC_ALL=C sort` does.
  static func < (a: FilePath, b: FilePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
