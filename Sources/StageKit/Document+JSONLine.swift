import Foundation

/// Documents as JSON Lines, written by hand: an encoder that asks every field for its type takes twenty times as long.
extension Document {
  /// The document as one line of JSON, without the line break; keys are sorted and slashes not escaped.
  ///
  /// - Throws: ``StageError`` for what JSON can't say: infinite numbers, and values that lie too deep in each other.
  public func jsonLine() throws -> Data {
    var bytes: [UInt8] = []
    try appendJSONLine(to: &bytes)
    return Data(bytes)
  }

  /// Appends the document as one line of JSON, without the line break: the bytes of ``jsonLine()``.
  ///
  /// - Throws: ``StageError`` as ``jsonLine()`` does; nothing was appended then.
  public func appendJSONLine(to bytes: inout [UInt8]) throws {
    let start = bytes.count
    // Asking for room each time would keep a growing array from growing by halves.
    if start == 0 { bytes.reserveCapacity(footprint) }
    do throws(JSONImpossible) {
      try appendJSON(to: &bytes)
    } catch {
      bytes.removeSubrange(start...)
      let what =
        switch error {
        case .number: "a number in it is infinite or undefined"
        case .depth: "values in it lie more than \(JSONImpossible.maximumDepth) deep in each other"
        }
      throw StageError(
        "not-json", "the document \(id) can't be written as JSON: \(what); the stage that made the value must not")
    }
  }

  /// Fields in the order of their names.
  private func appendJSON(to bytes: inout [UInt8]) throws(JSONImpossible) {
    bytes.append(UInt8(ascii: "{"))
    if let author {
      bytes.append("\"author\":", author)
      bytes.append(UInt8(ascii: ","))
    }
    if let decisions {
      bytes.append(literal: "\"decisions\":")
      try bytes.append(json: decisions) { (bytes, decision) throws(JSONImpossible) in
        decision.appendJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: ","))
    }
    if let duplicate {
      bytes.append(literal: "\"duplicate\":")
      try duplicate.appendJSON(to: &bytes)
      bytes.append(UInt8(ascii: ","))
    }
    if let earlier {
      bytes.append(literal: "\"earlier\":")
      try bytes.append(json: earlier) { (bytes, report) throws(JSONImpossible) in
        try report.appendJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: ","))
    }
    if !history.isEmpty {
      bytes.append(literal: "\"history\":")
      try bytes.append(json: history) { (bytes, step) throws(JSONImpossible) in step.appendJSON(to: &bytes) }
      bytes.append(UInt8(ascii: ","))
    }
    bytes.append("\"id\":", id)
    bytes.append(",\"kind\":", kind.rawValue)
    if let language {
      bytes.append(literal: ",\"language\":")
      try language.appendJSON(to: &bytes)
    }
    if !metadata.isEmpty {
      bytes.append(literal: ",\"metadata\":")
      try bytes.append(json: metadata, depth: 1)
    }
    if !parents.isEmpty {
      bytes.append(literal: ",\"parents\":")
      try bytes.append(json: parents) { (bytes, parent) throws(JSONImpossible) in bytes.append(json: parent) }
    }
    bytes.append(",\"published\":", published)
    if let sentences {
      bytes.append(literal: ",\"sentences\":")
      try bytes.append(json: sentences) { (bytes, range) throws(JSONImpossible) in
        bytes.append(UInt8(ascii: "["))
        bytes.append(json: range.start)
        bytes.append(UInt8(ascii: ","))
        bytes.append(json: range.end)
        bytes.append(UInt8(ascii: "]"))
      }
    }
    if let origin {
      bytes.append(literal: ",\"source\":")
      origin.appendJSON(to: &bytes)
    }
    bytes.append(",\"story\":", story)
    if let summary {
      bytes.append(literal: ",\"summary\":")
      try bytes.append(json: summary) { (bytes, sentence) throws(JSONImpossible) in
        try sentence.appendJSON(to: &bytes)
      }
    }
    bytes.append(",\"text\":", text)
    bytes.append(",\"title\":", title)
    bytes.append(",\"url\":", url)
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Document.Duplicate {
  fileprivate func appendJSON(to bytes: inout [UInt8]) throws(JSONImpossible) {
    bytes.append(literal: "{\"coverage\":")
    try bytes.append(json: coverage) { (bytes, share) throws(JSONImpossible) in try bytes.append(json: share) }
    if let direction {
      bytes.append(literal: ",\"direction\":")
      try direction.appendJSON(to: &bytes)
    }
    if let evidence {
      bytes.append(literal: ",\"evidence\":")
      try bytes.append(json: evidence) { (bytes, pair) throws(JSONImpossible) in
        bytes.append(UInt8(ascii: "["))
        bytes.append(json: pair.mine)
        bytes.append(UInt8(ascii: ","))
        bytes.append(json: pair.theirs)
        bytes.append(UInt8(ascii: ","))
        try bytes.append(json: pair.score)
        bytes.append(UInt8(ascii: "]"))
      }
    }
    bytes.append(",\"group\":", group)
    bytes.append(",\"kind\":", kind.rawValue)
    bytes.append(",\"of\":", of)
    bytes.append(",\"role\":", role.rawValue)
    bytes.append(literal: ",\"score\":")
    try bytes.append(json: score)
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Document.Language {
  fileprivate func appendJSON(to bytes: inout [UInt8]) throws(JSONImpossible) {
    bytes.append("{\"code\":", code)
    bytes.append(literal: ",\"confidence\":")
    try bytes.append(json: confidence)
    if let segments {
      bytes.append(literal: ",\"segments\":")
      try bytes.append(json: segments) { (bytes, segment) throws(JSONImpossible) in
        bytes.append("{\"code\":", segment.code)
        bytes.append(literal: ",\"end\":")
        bytes.append(json: segment.end)
        bytes.append(literal: ",\"start\":")
        bytes.append(json: segment.start)
        bytes.append(UInt8(ascii: "}"))
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Document.SummarySentence {
  fileprivate func appendJSON(to bytes: inout [UInt8]) throws(JSONImpossible) {
    bytes.append(literal: "{\"from\":")
    try bytes.append(json: from) { (bytes, source) throws(JSONImpossible) in
      bytes.append("{\"id\":", source.id)
      bytes.append(literal: ",\"sentence\":")
      bytes.append(json: source.sentence)
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(",\"language\":", language)
    bytes.append(",\"text\":", text)
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Document.Origin {
  fileprivate func appendJSON(to result: inout [UInt8]) {
    result.append(literal: "{\"bytes\":")
    result.append(json: bytes)
    if let offset {
      result.append(literal: ",\"offset\":")
      result.append(json: offset)
    }
    result.append(",\"path\":", path)
    result.append(",\"sha256\":", sha256)
    result.append(UInt8(ascii: "}"))
  }
}

extension Document.Step {
  fileprivate func appendJSON(to bytes: inout [UInt8]) {
    bytes.append("{\"stage\":", stage)
    bytes.append(",\"version\":", version)
    bytes.append(UInt8(ascii: "}"))
  }
}

extension [UInt8] {
  /// Appends `key`, which has its quotes, its colon and what stands before it, and a string; nothing if that is nil.
  fileprivate mutating func append(_ key: StaticString, _ text: String?) {
    guard let text else { return }
    append(literal: key)
    append(json: text)
  }
}
