import Foundation
import StageKit

/// Reads lines of text, one at a time, from a file or from standard input.
///
/// A line ends with a line feed, and a carriage return before it is no part of it. Bytes that are not UTF-8 become
/// U+FFFD: whoever pipes lines through a program wants one back for each.
final class LineReader {
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  /// Where the next line begins.
  private var start = 0
  private var isAtEnd = false

  /// No line may be longer: what has no line feeds is no list of lines.
  private static let longest = 64 << 20
  private static let chunk = 256 << 10

  /// - Parameter path: the file, or `-`.
  init(_ path: String) throws {
    handle = path == "-" ? .standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
  }

  /// The next line without its end; nil after the last.
  ///
  /// - Throws: when reading fails, or a line is longer than 64 MiB.
  func next() throws -> String? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return line(upTo: end)
      }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return line(upTo: buffer.count)
      }
      buffer.removeFirst(start)
      start = 0
      guard buffer.count <= Self.longest else {
        throw StageError(
          "too-large", "a line has more than \(Self.longest) bytes; judge the file as a whole, without --lines")
      }
      searched = buffer.count
      let more = try handle.read(upToCount: Self.chunk) ?? Data()
      if more.isEmpty { isAtEnd = true } else { buffer += more }
    }
  }

  private func line(upTo end: Int) -> String {
    let isWindows = end > start && buffer[end - 1] == 0x0D
    return String(decoding: buffer[start..<(isWindows ? end - 1 : end)], as: UTF8.self)
  }
}
