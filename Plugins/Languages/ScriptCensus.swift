import TextKit

/// How the letters of a text divide among scripts.
struct ScriptCensus {
  /// How many letters there are.
  private(set) var letters = 0
  private var weights = [Double](repeating: 0, count: Script.allCases.count)
  /// Whether all letters are of one script but for a few: fewer than could make a segment in another language.
  private(set) var hasOneScript = false

  /// A segment has at least 24 letters, one of Han, kana or Hangul counting as three.
  private static let fewestOfSegment = LanguageDetector.fewestLetters / 3

  /// In 975 sentences of Japanese news there were never more than 11 Chinese characters without kana between them.
  private static let mostWithoutKana = 16

  /// Counts the letters of valid UTF-8.
  init(_ text: [UInt8]) {
    // By script and, behind them, letters of none and what is no letter.
    var counts = [Int](repeating: 0, count: Int(UInt8.max) + 1)
    let tables = ScalarTables.shared
    text.withUnsafeBufferPointer { bytes in
      counts.withUnsafeMutableBufferPointer { counts in
        var index = 0
        var latin = 0
        while index < bytes.count {
          if bytes[index] < 0x80 {
            // Of ASCII only Latin letters are letters.
            if bytes.count - index >= ByteWord.count {
              let word = ByteWord(bytes, at: index)
              let count = word.leadingASCII
              latin += ByteWord.first(count, of: word.letters).nonzeroBitCount
              index += count
            } else {
              if tables.traits(ofASCII: bytes[index]).contains(.letter) { latin += 1 }
              index += 1
            }
            continue
          }
          let (scalar, length) = bytes.scalar(at: index)
          counts[Int(tables.scriptNumber(of: scalar))] += 1
          index += length
        }
        counts[Script.latin.index] += latin
      }
    }
    counts[Int(ScalarTables.noLetter)] = 0
    letters = counts.reduce(0, +)
    counts.removeLast(counts.count - weights.count)
    hasOneScript = counts.reduce(0, +) - (counts.max() ?? 0) < Self.fewestOfSegment
    for script in Script.allCases { weights[script.index] = Double(counts[script.index]) * script.weight }
    let kana = weights[Script.kana.index]
    let han = weights[Script.han.index]
    // A Chinese text may quote a little Japanese; Japanese itself is at least a tenth kana.
    if kana > 0, kana >= 0.1 * (kana + han) {
      weights[Script.japanese.index] = kana + han
      weights[Script.kana.index] = 0
      weights[Script.han.index] = 0
    }
  }

  /// Whether letters of other scripts are no more than names here and there: nowhere in the text do they outnumber
  /// those of the script by as many as make a segment (Kadane's algorithm). In Japanese, nor do so many Chinese characters
  /// follow each other without kana that they can only be Chinese.
  ///
  /// - Parameter text: what was counted.
  func isOnlySprinkled(_ text: [UInt8], over script: Script) -> Bool {
    hasOneScript || Self.isOnlySprinkled(text, over: script)
  }

  /// The same of a text that was not counted.
  static func isOnlySprinkled(_ text: [UInt8], over script: Script) -> Bool {
    let tables = ScalarTables.shared
    let steps = steps(over: script)
    let han = Script.han.rawValue
    return text.withUnsafeBufferPointer { bytes in
      steps.withUnsafeBufferPointer { steps in
        var (surplus, withoutKana) = (0, 0)
        var index = 0
        while index < bytes.count {
          let (scalar, length) = bytes.scalar(at: index)
          index += length
          let number = tables.scriptNumber(of: scalar)
          surplus = max(0, surplus + Int(steps[Int(number)]))
          if surplus >= LanguageDetector.fewestLetters { return false }
          if script == .japanese, number != ScalarTables.noLetter {
            withoutKana = number == han ? withoutKana + 1 : 0
            if withoutKana >= Self.mostWithoutKana { return false }
          }
        }
        return true
      }
    }
  }

  /// What a letter adds to the surplus of others over a script, by the number of its own script (``Paragraph/letters``).
  private static func steps(over script: Script) -> [Int8] {
    var steps = [Int8](repeating: 0, count: Int(UInt8.max) + 1)
    steps[Int(ScalarTables.noScript)] = -1
    for other in Script.allCases {
      steps[other.index] = Int8(script.includes(other) ? -other.letters : other.letters)
    }
    return steps
  }

  /// The script that most of the text is in and its share of it, 0...1; nil when there is no letter of a known script.
  var dominant: (script: Script, share: Double)? {
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    var best = Script.latin
    for script in Script.allCases where weights[script.index] > weights[best.index] { best = script }
    return (best, weights[best.index] / total)
  }

  /// The scripts with at least such a share of the text, 0...1, the one with most first.
  func scripts(withShare least: Double) -> [Script] {
    let total = weights.reduce(0, +)
    guard total > 0 else { return [] }
    return Script.allCases.filter { weights[$0.index] >= least * total }
      .sorted { (-weights[$0.index], $0.rawValue) < (-weights[$1.index], $1.rawValue) }
  }
}
