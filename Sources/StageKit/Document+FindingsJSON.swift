/// Findings in JSON Lines: the bytes that an encoder with sorted keys would write.
extension Document.Decision {
  func appendJSON(to bytes: inout [UInt8]) {
    bytes.append(literal: "{")
    if let by {
      bytes.append(literal: "\"by\":")
      bytes.append(json: by)
      bytes.append(literal: ",")
    }
    bytes.append(literal: "\"other\":")
    bytes.append(json: other)
    bytes.append(literal: ",\"verdict\":")
    bytes.append(json: verdict.rawValue)
    if let why {
      bytes.append(literal: ",\"why\":")
      bytes.append(json: why)
    }
    bytes.append(literal: "}")
  }
}

extension Document.EarlierReport {
  func appendJSON(to bytes: inout [UInt8]) throws(JSONImpossible) {
    bytes.append(literal: "{\"bundle\":")
    bytes.append(json: bundle)
    bytes.append(literal: ",\"coverage\":")
    try bytes.append(json: coverage) { (bytes, share) throws(JSONImpossible) in try bytes.append(json: share) }
    bytes.append(literal: ",\"date\":")
    bytes.append(json: date)
    bytes.append(literal: ",\"id\":")
    bytes.append(json: id)
    bytes.append(literal: ",\"kind\":")
    bytes.append(json: kind.rawValue)
    bytes.append(literal: ",\"score\":")
    try bytes.append(json: score)
    bytes.append(literal: "}")
  }
}

extension Document.Direction {
  func appendJSON(to bytes: inout [UInt8]) throws(JSONImpossible) {
    bytes.append(literal: "{\"signs\":")
    try bytes.append(json: signs) { (bytes, sign) throws(JSONImpossible) in
      bytes.append(literal: "{\"kind\":")
      bytes.append(json: sign.kind.rawValue)
      bytes.append(literal: ",\"on\":")
      bytes.append(json: sign.on.rawValue)
      bytes.append(literal: ",\"says\":")
      bytes.append(json: sign.says)
      bytes.append(literal: "}")
    }
    bytes.append(literal: ",\"source\":")
    bytes.append(json: source.rawValue)
    bytes.append(literal: "}")
  }
}
