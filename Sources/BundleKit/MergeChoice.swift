/// Which documents of several bundles are left out of the merged one.
struct MergeChoice: Sendable {
  /// By bundle and member, where the lines begin that are left out.
  private var left: [[String: Set<Int>]]
  private(set) var repeated = 0
  private(set) var outvoted = 0
  /// How many documents stay.
  private(set) var documents = 0

  /// Compares the indexes of all bundles.
  ///
  /// - Throws: `BundleError` for damage, and for different documents of one id if these are not allowed.
  init(_ bundles: [BundleReader], _ conflicts: BundleMerge.Conflicts) throws(BundleError) {
    left = Array(repeating: [:], count: bundles.count)
    var cursors: [IndexCursor] = []
    for bundle in bundles { cursors.append(try IndexCursor(of: bundle)) }
    var clashes: [String] = []
    while let groups = try cursors.next() {
      let number = groups.reduce(0) { $0 + $1.count }
      documents += number
      guard number > 1 else { continue }
      let all = groups.enumerated().flatMap { number, entries in entries.map { (number, $0) } }
      for (id, entries) in Dictionary(grouping: all, by: \.1.id) where entries.count > 1 {
        // The last one of the one that is kept decides; all that are the same stand at the first one's place.
        let isClash = Set(entries.map(\.1.digest)).count > 1
        if isClash, conflicts == .fail { clashes.append(id) }
        let best = conflicts == .last ? entries.map(\.0).max() : entries.map(\.0).min()
        guard let winner = entries.first(where: { $0.0 == best })?.1 else { continue }
        guard let kept = entries.first(where: { $0.1.digest == winner.digest }) else { continue }
        for (number, entry) in entries where (number, entry) != kept {
          // What one bundle has twice under one id was so before, and is not ours to judge.
          if number == kept.0, entry.digest != kept.1.digest { continue }
          left[number][entry.member, default: []].insert(entry.offset)
          if entry.digest == kept.1.digest { repeated += 1 } else { outvoted += 1 }
          documents -= 1
        }
      }
    }
    guard clashes.isEmpty else {
      let shown = clashes.sorted().prefix(5).map { "'\(printable($0.utf8))'" }.joined(separator: ", ")
      let count = clashes.count == 1 ? "1 document is" : "\(clashes.count) documents are"
      throw BundleError(
        .invalidInput,
        "\(count) in several bundles and not the same (\(shown)\(clashes.count > 5 ? ", …" : "")); say which to keep: "
          + "--prefer first or --prefer last")
    }
  }

  /// Where the lines of a member begin that are left out.
  func offsets(in member: String, ofBundle number: Int) -> Set<Int> { left[number][member] ?? [] }
}
