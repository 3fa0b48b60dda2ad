import Foundation

@testable import LanguagesPlugin

/// A language model of two classes, a handful of n-grams and three words, as a file and as what the file means.
struct TinyLanguageModel {
  /// The n-grams with their weights in class "aa", column 0, and class "bb", column 16; in the order of their rows.
  static let ngrams: [(text: String, first: UInt8, second: UInt8)] = [
    ("a", 10, 0), ("ab", 20, 30), ("aba", 40, 60), ("abab", 80, 0), ("c", 0, 0),
  ]
  static let priors: [Float] = [1, 2]
  static let floors: [Float] = [-5, -6]
  static let units: Float = 20
  /// Words of the group "aa bb" with their weights.
  static let words: [(text: String, weights: [Int8])] = [("aba", [50, -50]), ("d'ab", [-20, 20]), ("é", [10, -10])]

  var signature = "TKLANGID"
  var version: UInt32 = 2
  var classes = "aa Latn 0\nbb Cyrl 16\n"
  var blocks: UInt32 = 2
  var slots: UInt32 = 1024
  var unit: UInt32 = 20
  var mixtureColumn: UInt32 = 17
  var groups = "aa bb\n"
  var places: UInt32 = 8
  /// Changes bytes before the checksum is made.
  var damage: (inout Data) -> Void = { _ in }

  /// The file.
  func make() -> Data {
    var rows = Data()
    var first: [UInt64] = []
    for ngram in Self.ngrams {
      first.append(UInt64(rows.count / 16))
      rows.append(contentsOf: [ngram.first] + [UInt8](repeating: 0, count: 15))
      if ngram.second > 0 { rows.append(contentsOf: [ngram.second] + [UInt8](repeating: 0, count: 15)) }
    }
    func step(_ byte: Int, base: UInt64 = 0, row: Int? = nil) -> UInt64 {
      guard let row else { return UInt64(byte) | base << 8 | 0xFFFFF << 28 }
      let blocks: UInt64 = Self.ngrams[row].second > 0 ? 3 : 1
      return UInt64(byte) | base << 8 | first[row] << 28 | blocks << 48
    }
    let (a, b, c) = (0x61, 0x62, 0x63)
    let ofOneByte = (0..<256).map { step($0, row: $0 == a ? 0 : $0 == c ? 4 : nil) }
    var pairs = [[UInt64]](repeating: ofOneByte, count: 256).flatMap { $0 }
    pairs[a << 8 | b] = step(b, base: 256, row: 1)
    var slots = [UInt64](repeating: step(255), count: Int(self.slots))
    if slots.count > 768 {
      slots[256 + a] = step(a, base: 512, row: 2)
      slots[512 + b] = step(b, row: 3)
    }

    var file = Data(signature.utf8)
    func append<T: FixedWidthInteger>(_ values: [T]) {
      values.withUnsafeBytes { file.append(contentsOf: $0) }
    }
    func pad() { file.append(contentsOf: [UInt8](repeating: 0, count: (64 - file.count % 64) % 64)) }
    let lines = classes.split(separator: "\n").count
    append(
      [
        version, UInt32(lines), blocks, UInt32(Self.ngrams.count), self.slots, UInt32(rows.count / 16),
        UInt32(classes.utf8.count), unit,
      ] as [UInt32])
    append([0] as [UInt64])
    append([mixtureColumn, UInt32(groups.utf8.count), places])
    pad()
    file.append(contentsOf: classes.utf8)
    pad()
    for values in [Self.priors, Self.floors, [1, 1]] {
      var columns = [Float](repeating: 0, count: 16 * Int(blocks))
      columns[0] = values[0]
      columns[16] = values[1]
      append(columns.map(\.bitPattern))
      pad()
    }
    file.append(contentsOf: groups.utf8)
    pad()
    file.append(table)
    pad()
    append(pairs)
    append(slots)
    file.append(rows)
    pad()
    damage(&file)
    let checksum = file.withUnsafeBytes { WordChecksum.of($0, blank: 40) }
    withUnsafeBytes(of: checksum.littleEndian) { file.replaceSubrange(40..<48, with: $0) }
    return file
  }

  /// The hash table of the words.
  private var table: Data {
    var table = [(key: UInt64, weights: [Int8])](repeating: (0, []), count: Int(places))
    for (text, weights) in Self.words where table.count > 1 {
      var key: UInt64 = 0xCBF2_9CE4_8422_2325
      for value in [0] + text.unicodeScalars.map({ UInt64($0.value) }) { key = (key ^ value) &* 0x100_0000_01B3 }
      var place = Int(key % UInt64(table.count))
      while table[place].key != 0 { place = (place + 1) % table.count }
      table[place] = (key, weights)
    }
    var data = Data()
    for (key, weights) in table {
      withUnsafeBytes(of: key.littleEndian) { data.append(contentsOf: $0) }
      data.append(contentsOf: (weights + [Int8](repeating: 0, count: 8)).prefix(8).map { UInt8(bitPattern: $0) })
    }
    return data
  }

  /// The scores by the definition, without an automaton: at each place the longest n-gram that ends there.
  static func scores(of text: String) -> [Double] {
    let text = Array(text)
    var counts = [Int](repeating: 0, count: ngrams.count)
    for end in 0..<text.count {
      let ending = String(text[max(0, end - 3)...end])
      let longest = ngrams.indices.filter { ending.hasSuffix(ngrams[$0].text) }
        .max { ngrams[$0].text.count < ngrams[$1].text.count }
      if let longest { counts[longest] += 1 }
    }
    var scores = priors.map(Double.init)
    for (ngram, count) in zip(ngrams, counts) where count > 0 {
      let factor = log1p(Double(count))
      scores[0] += factor * (Double(floors[0]) + Double(ngram.first) / Double(units))
      scores[1] += factor * (Double(floors[1]) + Double(ngram.second) / Double(units))
    }
    return scores
  }
}

extension Data {
  /// Calls `body` with the path of a file with these bytes.
  func asModel<Result>(_ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("model-\(UUID().uuidString).bin")
    try write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }
}
