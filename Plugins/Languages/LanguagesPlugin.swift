import StageKit

extension Plugin {
  /// Language detection.
  public static let languages = Plugin("languages", version: "0.3.0", [StageEntry(DetectLanguage.self)])
}
