import StageKit

extension Plugin {
  /// Language detection.
  public static let languages = Plugin("languages", version: "0.2.0", [StageEntry(DetectLanguage.self)])
}
