import StageKit

/// `keep-languages`: drops documents in other languages.
struct KeepLanguages: DocumentStage {
  struct Options: StageOptions {
    var keep: [String] = []
    static let settings: [Setting<Options>] = [
      Setting("keep", \.keep, "Language codes to keep; an empty list keeps all.")
    ]
  }

  static let name = "keep-languages"
  static let summary = "Drops documents in other languages."
  static let needs: [Facet] = [.language]
  let options: Options

  init(_ options: Options, in context: StageContext) { self.options = options }

  func process(_ document: inout Document) async throws -> Verdict {
    let code = document.language?.code ?? "und"
    return options.keep.isEmpty || options.keep.contains(code) ? .pass : .drop(because: "another language")
  }
}

extension Plugin {
  static let mine = Plugin("mine", version: "1.0.0", [StageEntry(KeepLanguages.self)])
}
