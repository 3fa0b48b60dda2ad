import StageKit

extension Plugin {
  /// The source that reads files, and the stage that keeps what is recent.
  public static let input = Plugin(
    "input", version: "0.1.0", [StageEntry(ReadFiles.self), StageEntry(KeepRecent.self)])
}
