import StageKit

extension Plugin {
  /// Bundles as source and as sink.
  public static let bundles = Plugin(
    "bundles", version: "0.1.0",
    [
      StageEntry(ReadBundle.self),
      StageEntry(ReadQuarantine.self),
      StageEntry(WriteBundle.self),
    ])
}
