import Foundation
import StageKit

/// Data goes to stdout, all else to stderr.
enum Console {
  /// Whether a person watches stderr.
  static let isInteractive = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Writes lines of data to stdout; the program ends if they can't be written.
  static func print(_ line: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((harmless(line) + "\n").utf8))
    } catch {
      // A reader that has seen enough (`| head`) is no failure; a full disk is.
      if errno == EPIPE { exit(0) }
      report("error: can't write to standard output: \(error.localizedDescription)")
      exit(ExitCodes.failure.rawValue)
    }
  }

  /// Writes a value to stdout as JSON, over several lines.
  static func print(json value: some Encodable) throws {
    print(String(decoding: try JSONLine.encodeReadably(value).dropLast(), as: UTF8.self))
  }

  /// Writes lines to stderr.
  static func report(_ line: String) { TerminalStatus.message(harmless(line) + "\n") }

  /// A text without control characters but line feeds and tabs, and without direction overrides: titles and file names
  /// come from outside and must not steer the terminal. JSON has no such characters outside of escapes.
  private static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: steersTerminal) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(steersTerminal(scalar) ? "\u{FFFD}" : scalar) }
    return String(clean)
  }

  private static func steersTerminal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// How wide tables on stdout may be: as the terminal there, `COLUMNS`, or 120.
  static var outputColumns: Int {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 120
    return (40...1000).contains(columns) ? columns : 120
  }

  /// What the terminal on stderr can show, asked anew each time, since windows change.
  static var terminal: ProgressLines.Terminal {
    let environment = ProcessInfo.processInfo.environment
    var terminal = ProgressLines.Terminal()
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    let columns = isKnown && size.ws_col > 0 ? Int(size.ws_col) : environment["COLUMNS"].flatMap { Int($0) }
    let rows = isKnown && size.ws_row > 0 ? Int(size.ws_row) : environment["LINES"].flatMap { Int($0) }
    if let columns, (1...10_000).contains(columns) { terminal.columns = columns }
    if let rows, (1...10_000).contains(rows) { terminal.rows = rows }
    // https://no-color.org
    terminal.hasStyles = environment["NO_COLOR"]?.isEmpty ?? true
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let encoding = locale.lowercased()
    terminal.isUnicode = encoding.contains("utf-8") || encoding.contains("utf8")
    return terminal
  }
}
