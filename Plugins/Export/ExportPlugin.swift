import StageKit

extension Plugin {
  /// Sinks that write files for people and programs.
  public static let export = Plugin("export", version: "0.1.0", [StageEntry(Export.self)])
}
