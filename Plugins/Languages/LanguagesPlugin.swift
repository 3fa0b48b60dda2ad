import StageKit

extension Plugin {
  /// Language detection.
  public static let languages = Plugin("languages", version: "0.1.0", [StageEntry(DetectLanguage.self)])
}
