import Foundation
import StageKit

/// Stages with every fault that an engine must survive.
package let faulty = Plugin("faulty", version: "1.0.0", [StageEntry(NamedDocuments.self), StageEntry(Misbehave.self)])

/// Passes a document for each id.
package struct NamedDocuments: Source {
  package struct Options: StageOptions {
    var ids: [String] = []
    package init() {}
    package static let settings: [Setting<Options>] = [Setting("ids", \.ids, "Ids, in order.")]
  }
  package static let name = "named"
  package static let summary = "Documents by name."
  private let options: Options
  package init(_ options: Options, in context: StageContext) { self.options = options }
  package func read(into outlet: any Outlet) async throws {
    for id in options.ids { try await outlet.pass(Document(id: id, text: "text of \(id)")) }
  }
}

/// Does what the beginning of a document's id says, up to the first `-`.
package struct Misbehave: DocumentStage {
  package struct Options: StageOptions {
    var state: InputPath?
    var start = "well"
    package init() {}
    package static let settings: [Setting<Options>] = [
      Setting("state", \.state, "A folder that remembers what was tried."),
      Setting("start", \.start, "How to start: well, throw or crash."),
    ]
  }
  package static let name = "misbehave"
  package static let summary = "Fails in a way that the document chooses."
  private let options: Options
  private let context: StageContext

  package init(_ options: Options, in context: StageContext) async throws {
    self.options = options
    self.context = context
    context.note("process", .string("its own"))
    if options.start == "throw" { throw StageError("no-model", "the model is missing; fetch it") }
    if options.start == "crash" { raise(SIGKILL) }
  }

  package func process(_ document: inout Document) async throws -> Verdict {
    switch document.id.prefix(while: { $0 != "-" }) {
    case "hang": while context.workers > 0 { usleep(10) }
    case "crash": abort()
    case "exit": exit(7)
    case "killed": raise(SIGKILL)
    case "once": if tries(document.id) == 1 { raise(SIGKILL) }
    case "busy": if tries(document.id) < 3 { throw StageError("busy", "the service is busy") }
    case "bad":
      throw StageError("bad-date", "the date is none (try \(tries(document.id)))")
    case "print": print("\u{0}\u{0}\u{0}\u{9}this is no answer")
    case "warn": context.warn("odd")
    case "burn": burn()
    case "burnout":
      burn()
      raise(SIGKILL)
    case "drop": return .drop(because: "not wanted")
    case "split":
      return .replace(with: ["a", "b"].map { Document(id: document.id + $0, text: document.text) })
    default: break
    }
    document.text = document.text.uppercased()
    return .pass
  }

  /// Takes 0.2 s of CPU time, however busy the machine is.
  private func burn() {
    let end = clock() + CLOCKS_PER_SEC / 5
    while clock() < end {}
  }

  /// How often a document was tried, this time included, over all processes.
  private func tries(_ id: String) -> Int {
    guard let folder = options.state?.url else { return 1 }
    var number = 1
    while FileManager.default.fileExists(atPath: folder.appendingPathComponent("\(id).\(number)").path) { number += 1 }
    _ = FileManager.default.createFile(atPath: folder.appendingPathComponent("\(id).\(number)").path, contents: nil)
    return number
  }
}
