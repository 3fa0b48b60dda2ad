import Foundation
import Synchronization

/// Lines at the bottom of the terminal that are drawn again and again, with messages going by above them.
///
/// All that goes to stderr goes through here, so that a warning never lands in the middle of a bar.
enum TerminalStatus {
  private static let shown = Mutex<[String]>([])

  /// Replaces the lines; none takes them away. Lines must fit the terminal's width.
  static func show(_ lines: [String]) {
    shown.withLock { shown in
      guard !shown.isEmpty || !lines.isEmpty else { return }
      // Each line is written over the old one and then cleared to its end: nothing is blank in between.
      write(
        up(shown.count) + lines.map { "\r\($0)\u{1B}[K\n" }.joined() + (lines.count < shown.count ? "\u{1B}[J" : ""))
      shown = lines
    }
  }

  /// Writes a message above the lines.
  static func message(_ text: String) {
    shown.withLock { shown in
      guard !shown.isEmpty else { return write(text) }
      write(up(shown.count) + "\r\u{1B}[J" + text + shown.map { "\($0)\n" }.joined())
    }
  }

  private static func up(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A" : "" }

  private static func write(_ text: String) {
    // If nobody reads this there is nobody left to tell.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
