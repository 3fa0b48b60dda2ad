import StageKit

extension Plugin {
  /// Sources that read files.
  public static let input = Plugin("input", version: "0.1.0", [StageEntry(ReadFiles.self)])
}
