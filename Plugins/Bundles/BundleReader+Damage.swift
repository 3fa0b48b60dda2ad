import BundleKit
import StageKit

extension BundleReader {
  /// Makes sure that every member is as it was written, before a stage takes anything out of it.
  ///
  /// - Parameter name: the bundle, as the pipeline names it.
  /// - Throws: ``StageError`` `damaged-bundle`, with the first finding.
  func refuseDamage(_ name: String, workers: Int) async throws {
    let findings = await verify(workers: workers).findings
    guard let first = findings.first else { return }
    let more = findings.count > 1 ? " (and \(findings.count - 1) more findings)" : ""
    throw StageError(
      "damaged-bundle", "\(name) is damaged: \(first.message)\(more); `toolkit bundle verify` says all")
  }
}
