import Foundation
import StageKit

extension GroupStories {
  /// The day of the run, in days since 1970.
  var today: Int { StoryOrder.day(context.run.date) ?? 0 }

  /// The stories of earlier bundles; nil without an encoder, or where none are read or kept.
  func archive(columns: Int?) async throws -> StoryArchive? {
    guard let encoder = context.vectors, let columns, !options.against.isEmpty || options.keepVectors == true else {
      return nil
    }
    var archive = StoryArchive(encoder: encoder.identity, columns: columns)
    var (bundles, without) = (0, 0)
    for url in EarlierBundles.files(options.against) {
      do {
        let known = archive
        let (read, found) = try await offload { [date = context.run.date] () -> (StoryArchive, Bool?) in
          var archive = known
          guard let bundle = try EarlierBundles.open(url, before: date) else { return (archive, nil) }
          let found = try archive.add(bundle)
          return (archive, found)
        }
        archive = read
        bundles += found == nil ? 0 : 1
        without += found == false ? 1 : 0
      } catch let error as StageError {
        context.warn("\(url.lastPathComponent) was not compared with, or not wholly: \(error)")
      }
    }
    context.note("archive-bundles", .integer(bundles))
    if without > 0 {
      context.warn(
        "\(without) of \(bundles) earlier bundles have no stories to go on with; run group-stories with "
          + "'keep-vectors: true' to have them in bundles")
    }
    return archive
  }

  /// Puts the stories where bundles take them from.
  func keep(_ stories: [ArchivedStory], _ archive: StoryArchive) async throws {
    let file = try context.scratchDirectory().appendingPathComponent("stories.jsonl")
    var byID: [String: ArchivedStory] = [:]
    // Two groups of today that go on with one story are one line, that of the larger; equal ones: the first.
    for story in stories {
      let members = (byID[story.id]?.members ?? []) + story.members
      if story.articles > byID[story.id]?.articles ?? 0 { byID[story.id] = story }
      byID[story.id]?.members = members.sorted()
    }
    let data = try archive.lines(of: byID.values.sorted { $0.id < $1.id })
    do {
      try await offload { try data.write(to: file) }
    } catch {
      throw StageError("io", "can't write \(file.path): \(error.localizedDescription)")
    }
    context.attach(file, in: "vectors", ending: "jsonl")
  }
}
