import ArgumentParser
import InputPlugin
import StageKit

/// For which day a run is, and how far back it looks.
struct DayArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The day that {date} in paths and ${date} in values stand for. (default: today)", valueName: "yyyy-mm-dd"))
  var date: String?

  @Option(
    help: ArgumentHelp(
      "Only documents published since: a day, or a span back from the run; without a date, their file's last change counts.",
      valueName: "day|7d|24h"))
  var since: String?

  /// The day, given or today.
  var day: String { date ?? Surroundings.today() }

  func validate() throws {
    if let date, date.wholeMatch(of: /[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])/) == nil {
      throw ValidationError("--date must be a day such as 2026-03-12.")
    }
    if let since, Recency(since) == nil {
      throw ValidationError("--since must be \(Recency.examples), found '\(since)'.")
    }
  }

  /// Says how many documents were too old.
  func reportLeftOut(_ report: RunReport) {
    guard let since else { return }
    let dropped = report.stages.first { $0.use == KeepRecent.name }?.counts.dropped ?? 0
    if dropped > 0 { Console.report("left out by --since \(since): \(count(dropped, "document"))") }
  }
}
