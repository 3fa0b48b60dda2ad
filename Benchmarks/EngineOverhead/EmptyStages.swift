import StageKit

/// Stages that do nothing, so that what a run takes is what the engine takes.
let emptyStages = Plugin(
  "empty", version: "1.0.0",
  [StageEntry(MakeDocuments.self), StageEntry(LeaveAlone.self), StageEntry(ConfirmAll.self)])

/// Passes documents of 3 KB, each with an id and an origin of its own. Their texts lie in memory: what is measured is
/// the engine, and not how quickly memory is filled.
struct MakeDocuments: Source {
  struct Options: StageOptions {
    var count = 1_000_000
    static let settings: [Setting<Options>] = [Setting("count", \.count, "How many.", in: 1...1_000_000_000)]
  }

  static let name = "make-documents"
  static let summary = "Makes documents of 3 KB."
  private static let bytes = 3000
  private static let texts = 1000
  let options: Options

  init(_ options: Options, in context: StageContext) { self.options = options }

  func read(into outlet: any Outlet) async throws {
    let words = Array("Empty stages pass on what they get. ".utf8)
    let texts = (0..<Self.texts).map { first in
      String(decoding: (first..<first + Self.bytes).map { words[$0 % words.count] }, as: UTF8.self)
    }
    for number in 0..<options.count {
      var document = Document(id: "document-number-\(number)", text: texts[number % texts.count])
      document.origin = .init(path: "memory/documents.jsonl", sha256: nil, bytes: Self.bytes, offset: number)
      try await outlet.pass(document)
    }
  }
}

/// Passes each document as it came.
struct LeaveAlone: DocumentStage {
  static let name = "leave-alone"
  static let summary = "Does nothing."
  static let keepsResults = false

  init(_ options: NoOptions, in context: StageContext) {}

  func process(_ document: inout Document) async throws -> Verdict { .pass }
}

/// Confirms each document and writes none.
struct ConfirmAll: Sink {
  static let name = "confirm-all"
  static let summary = "Writes nothing."

  init(_ options: NoOptions, in context: StageContext) {}

  func write(_ documents: Inlet, confirming receipts: any Outlet) async throws {
    for try await document in documents { try await receipts.pass(document) }
  }
}
