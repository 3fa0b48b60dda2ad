import StageKit

extension Plugin {
  /// The stages that find texts which are the same article.
  public static let duplicates = Plugin("duplicates", version: "0.1.0", [StageEntry(FindDuplicates.self)])
}
