import StageKit

/// `keep-recent`: only documents published since a day or within a span; `toolkit run --since` puts it behind the
/// sources.
///
/// What was published before is dropped, and the report says so. A document without a date goes by the last change of
/// its file, if it has one of its own; others without a date stay, since nobody can say that they are old.
public struct KeepRecent: DocumentStage {
  /// The options of `keep-recent`.
  public struct Options: StageOptions {
    var since = Recency.yesterday

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "since", \.since,
        "How far back documents may lie: a day (2026-03-05), a time (2026-03-05T08:00:00Z), or a span back from the "
          + "run (7d, 24h).",
        required: true)
    ]
  }

  /// As YAML spells it.
  public static let name = "keep-recent"
  /// For `toolkit stages`.
  public static let summary = "Keeps documents published since a day, and drops older ones."
  /// Looking a document up would take longer; and the day of the run, or a file's time, changes what becomes of it.
  public static let keepsResults = false

  private let start: TimePoint
  private let old: String
  private let oldFile: String

  /// Finds out what `since` stands for in this run, and notes it.
  public init(_ options: Options, in context: StageContext) async throws {
    guard let start = options.since.start(in: context.run) else {
      throw StageError(
        "bad-date", "'since' can't be told from the run's day '\(context.run.date)'; give --date as 2026-03-12")
    }
    self.start = start
    old = "published before \(start.text)"
    oldFile = "no date, and its file was last changed before \(start.text)"
    context.note("since", .string(start.text))
  }

  /// Hours count from the moment that the run begins.
  public static func dependsOnTime(_ options: Options) -> Bool { options.since.isInHours }

  /// Passes or drops by date; edits nothing.
  public func process(_ document: inout Document) -> Verdict {
    if let published = document.published.flatMap(TimePoint.init) {
      return published.isBefore(start) ? .drop(because: old) : .pass
    }
    if let modified = document.fileModified {
      return TimePoint(seconds: modified).isBefore(start) ? .drop(because: oldFile) : .pass
    }
    return .pass
  }
}
