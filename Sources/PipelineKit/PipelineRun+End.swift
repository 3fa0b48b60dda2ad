import Foundation
import StageKit

/// What happens when all stages have ended: the count, the report and the tidying up.
extension PipelineRun {
  /// taken + made = passed + dropped + quarantined, at every stage, and what one passed the next has taken.
  func checkConservation() throws {
    var problems: [String] = []
    let counts = meters.map(\.snapshot.counts)
    for (index, stage) in plan.stages.enumerated() {
      let count = counts[index]
      if !count.balances || meters[index].lost > 0 {
        problems.append(
          "'\(stage.id)' took \(count.taken) and made \(count.made), but passed \(count.passed), dropped "
            + "\(count.dropped) and quarantined \(count.quarantined)")
      }
      if stage.entry.shape != .source {
        let before = counts[..<index].indices
        let sent = before.last.map { last in
          plan.stages[last].entry.shape == .source
            ? before.reduce(0) { $0 + counts[$1].passed } : counts[last].passed
        }
        if let sent, sent != count.taken {
          problems.append("'\(stage.id)' took \(count.taken) documents of the \(sent) that were passed to it")
        }
      }
    }
    guard problems.isEmpty else {
      throw StageError(
        "conservation", "documents were lost, which is a bug; please report it: \(problems.joined(separator: "; "))")
    }
  }

  /// Takes back a run that is not going to be executed.
  public func discard() { folder.remove() }

  /// Leaves `run.json` and the quarantine where sinks asked for them.
  ///
  /// - Returns: whether somebody asked and has got them.
  func publish(_ report: inout RunReport, isRepeated: Bool) -> Bool {
    publishTrace(&report)
    var isKept = false
    for folder in record.reportDirectories where FileManager.default.fileExists(atPath: folder.path) {
      do {
        try publish(quarantine.collect(), as: "quarantine.jsonl", in: folder)
        try publish(dropped(isRepeated: isRepeated), as: "dropped.jsonl", in: folder)
        try PartialFiles.write(
          JSONLine.encodeReadably(report), to: folder.appendingPathComponent("run.json"), run: info.id)
        isKept = true
      } catch {
        // A run that can't account for its documents has not succeeded.
        report.outcome = report.outcome == .cancelled ? .cancelled : .failed
        report.failure = report.failure ?? "can't write the report to \(folder.path): \(describe(error))"
      }
    }
    return isKept
  }

  /// Removes the run's folder; if nobody else keeps what could not be processed, that much of it stays.
  func removeFolder(_ report: inout RunReport, isAccountKept: Bool) {
    guard quarantine.count > 0, !isAccountKept, let file = try? quarantine.collect() else { return folder.remove() }
    folder.keepOnly(file)
    if report.failure?.contains(file.path) == true { return }
    let message = "the quarantined documents lie in \(file.path)"
    report.warnings.append(.init(stage: nil, message: message))
    settings.logger.warning("\(message)")
  }

  /// The list of dropped documents: this run's, or that of the run that this one repeats; nil if there are none.
  private func dropped(isRepeated: Bool) throws -> URL? {
    guard isRepeated, let file = settings.cache?.droppedFile else { return try ledger.drops.collect() }
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  /// Puts a file of this run into a folder; if there is none, that of an earlier run must not be taken for it.
  func publish(_ file: URL?, as name: String, in folder: URL) throws {
    let target = folder.appendingPathComponent(name)
    guard let file else {
      if FileManager.default.fileExists(atPath: target.path) { try FileManager.default.removeItem(at: target) }
      return
    }
    let part = PartialFiles.place(for: target, run: info.id)
    try? FileManager.default.removeItem(at: part)
    try FileManager.default.copyItem(at: file, to: part)
    guard rename(part.path, target.path) == 0 else {
      throw StageError("io", "can't write \(target.path): \(String(cString: strerror(errno)))")
    }
  }
}
