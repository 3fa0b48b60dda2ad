import StageKit

extension Plugin {
  /// Stories and their summaries.
  public static let stories = Plugin(
    "stories", version: "0.1.0", [StageEntry(GroupStories.self), StageEntry(Summarize.self)])
}
