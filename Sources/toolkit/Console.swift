import Foundation

/// Data goes to stdout, all else to stderr.
enum Console {
  /// Whether a person watches stderr.
  static let isInteractive = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Writes a line of data to stdout.
  static func print(_ line: String) { write(line + "\n", to: .standardOutput) }

  /// Writes a line to stderr.
  static func report(_ line: String) { write(line + "\n", to: .standardError) }

  /// Writes to stderr as it is.
  static func draw(_ text: String) { write(text, to: .standardError) }

  private static func write(_ text: String, to file: FileHandle) {
    // Nobody may be reading any more; there is nobody left to tell.
    try? file.write(contentsOf: Data(text.utf8))
  }

  /// How many columns the terminal has; 80 if nobody knows.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
