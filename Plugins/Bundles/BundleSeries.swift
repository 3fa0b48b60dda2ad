import BundleKit
import Foundation
import StageKit

/// The bundles of one path over the days: `daily-{date}.zip` stands for daily-2026-03-11.zip, daily-2026-03-12.zip …
struct BundleSeries {
  private let path: OutputPath

  /// A series; nil if the name of the file has no day in it, or anything else that changes from run to run.
  init?(_ path: OutputPath) {
    let name = path.text.split(separator: "/").last ?? ""
    guard name.contains("{date}"), !path.text.contains("{run}"), path.text.ranges(of: "{date}").count == 1 else {
      return nil
    }
    self.path = path
  }

  /// Removes the oldest bundles until so many are left.
  ///
  /// - Parameters:
  ///   - count: how many to keep.
  ///   - url: the one that was just written, which always stays.
  /// - Returns: the names of those that were removed, and of those that should have been.
  func prune(to count: Int, besides url: URL, _ run: RunInfo) -> (removed: [String], failed: [String]) {
    let mark = "0000-00-00"
    let parts = Self.place(path, on: mark, run).lastPathComponent.components(separatedBy: mark)
    guard parts.count == 2 else { return ([], []) }
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let days = names.compactMap { name -> (day: String, name: String)? in
      guard name.hasPrefix(parts[0]), name.hasSuffix(parts[1]),
        name.utf8.count == parts[0].utf8.count + mark.utf8.count + parts[1].utf8.count
      else { return nil }
      let day = String(name.dropFirst(parts[0].count).dropLast(parts[1].count))
      return day.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) == nil ? nil : (day, name)
    }
    var removed: [String] = []
    var failed: [String] = []
    for (_, name) in days.sorted(by: { $0.day > $1.day }).dropFirst(count) where name != url.lastPathComponent {
      let file = folder.appendingPathComponent(name)
      // Whatever else has such a name is not ours to remove.
      if Self.isBundle(file), unlink(file.path) == 0 { removed.append(name) } else { failed.append(name) }
    }
    return (removed.sorted(), failed.sorted())
  }

  private static func isBundle(_ file: URL) -> Bool {
    let type = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.type] as? FileAttributeType
    guard type == .typeRegular, let reader = try? BundleReader(at: file) else { return false }
    return reader.member("datapackage.json") != nil
  }

  private static func place(_ path: OutputPath, on day: String, _ run: RunInfo) -> URL {
    path.url(for: RunInfo(id: run.id, name: run.name, date: day, version: run.version, pipeline: run.pipeline))
  }

  /// The bundle of the same path by the last run: the one that will be replaced, or the newest of the last weeks where
  /// the path has a date in it. What is the same in it need not be compressed again.
  static func earlier(_ url: URL, _ path: OutputPath, _ run: RunInfo) -> URL? {
    if FileManager.default.fileExists(atPath: url.path) { return url }
    guard path.text.contains("{date}") else { return nil }
    return days(before: run.date, count: 31).lazy
      .map { place(path, on: $0, run) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// The days before a day, the latest first, all as `2026-03-12`; none if it is no day.
  static func days(before date: String, count: Int) -> [String] {
    let parts = date.split(separator: "-").compactMap { Int($0) }
    var calendar = Calendar(identifier: .gregorian)
    guard let utc = TimeZone(secondsFromGMT: 0), parts.count == 3 else { return [] }
    calendar.timeZone = utc
    guard let day = calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2])) else {
      return []
    }
    return (1...count).compactMap { calendar.date(byAdding: .day, value: -$0, to: day) }.map { earlier in
      let parts = calendar.dateComponents([.year, .month, .day], from: earlier)
      func digits(_ number: Int?, _ width: Int) -> String {
        let text = String(number ?? 0)
        return String(repeating: "0", count: max(0, width - text.count)) + text
      }
      return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
    }
  }
}
