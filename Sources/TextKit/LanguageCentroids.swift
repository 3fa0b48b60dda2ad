import Foundation

/// The means of what the encoder makes of sentences in each language, known beforehand.
///
/// Computed from a part of NTREX-128 (Federmann, Kocmi, Xin 2022; CC BY-SA 4.0), 975 news sentences a language: these
/// are figures about that corpus and hold none of its text. `scripts/make-centroids.py` makes the file.
public struct LanguageCentroids: Sendable {
  /// Means by language and script, or by language alone.
  private let rows: [String: [Double]]
  /// The mean of all languages: what all sentences have in common.
  public let mean: [Double]

  /// The centroids for an encoder; nil when they were made with another one.
  public static func of(_ identity: String, dimension: Int) -> LanguageCentroids? {
    identity.hasPrefix(CentroidTable.model) && dimension == CentroidTable.dimension ? shipped : nil
  }

  /// The centroid of a language by its BCP 47 code, with or without regard to its script; nil for one not in the table.
  public func centroid(of code: String) -> [Double]? {
    let parts = code.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).map(String.init)
    guard let primary = parts.first else { return nil }
    let script = parts.dropFirst().first { $0.count == 4 && $0.allSatisfy(\.isLetter) }
    return script.flatMap { rows["\(primary)-\($0)"] } ?? rows[Self.synonyms[primary] ?? primary]
  }

  private static let shipped = LanguageCentroids()

  /// Each row: a scale as a 32-bit float, then one signed byte a number, in little-endian order.
  private init() {
    let dimension = CentroidTable.dimension
    let data = [UInt8](Data(base64Encoded: CentroidTable.base64, options: .ignoreUnknownCharacters) ?? Data())
    let languages = CentroidTable.languages.split(whereSeparator: \.isWhitespace).map(String.init)
    let width = dimension + 4
    guard data.count == width * languages.count else {
      preconditionFailure("the table of centroids is damaged; make it again with scripts/make-centroids.py")
    }
    var rows: [String: [Double]] = [:]
    var sum = [Double](repeating: 0, count: dimension)
    for (index, language) in languages.enumerated() {
      let bytes = data[index * width..<(index + 1) * width]
      let bits = bytes.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let scale = Double(Float(bitPattern: bits))
      let row = bytes.dropFirst(4).map { Double(Int8(bitPattern: $0)) * scale }
      rows[language.lowercased()] = row
      for column in 0..<dimension { sum[column] += row[column] / Double(languages.count) }
    }
    self.rows = rows
    mean = sum
  }

  /// Codes that name a language of the table in another way, or one so close that its centroid serves.
  private static let synonyms = [
    "nb": "no", "iw": "he", "in": "id", "tl": "fil", "mo": "ro", "sh": "sr", "kmr": "ku", "arb": "ar", "pes": "fa",
    "prs": "fa", "zsm": "ms", "lvs": "lv", "ekk": "et", "khk": "mn", "npi": "ne", "azj": "az", "uzn": "uz", "als": "sq",
    "swh": "sw", "cmn": "zh", "yue": "zh-hant",
  ]
}
