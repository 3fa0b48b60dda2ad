import TextKit

/// Finds the stretches of a text that are in one language each.
///
/// Most texts are in one, so the work is done in steps, each of which spares the next:
/// 1. In a text that is all in one language, paragraphs of so many letters that another one would have shown in the
///    whole are not looked at.
/// 2. Of the other paragraphs CLD2, which is quick, says whether they may be in another language, or have sentences
///    that are. It seldom takes a foreign sentence for one in the very language of the text.
/// 3. Only paragraphs in doubt are cut into sentences, which the whole cascade judges one by one.
/// 4. The likeliest sequence of languages is found (``LanguagePath``), and stretches too short or too unsure to be
///    called segments join their neighbours.
struct SegmentFinder {
  private let text: String
  private let whole: LanguageDetector.Examination
  private let allowed: Set<String>?
  /// The language of the whole text, by its key.
  private let wholeKey: String
  /// How likely a code is to be meant by a key: the probabilities of its units, times their letters.
  private var weightOfCode: [String: Double] = [:]
  /// The script that a language, by its key, was last seen in.
  private var scriptOfKey: [String: Script] = [:]

  /// Fewer letters than this say nothing by themselves.
  private static let fewestOfUnit = 8
  /// Of these CLD2 names only one where a text has several.
  private static let mistaken: Set<String> = ["hi", "mr", "ne", "bho"]
  /// The probability that a paragraph is in the language of the whole text if the quick test says so.
  private static let probabilityIfPlain = 0.99

  /// - Parameters:
  ///   - text: the text.
  ///   - whole: what is known of it as a whole.
  ///   - allowed: BCP 47 codes that alone may be answers; nil for all.
  init(_ text: String, whole: LanguageDetector.Examination, allowed: Set<String>? = nil) {
    self.text = text
    self.whole = whole
    self.allowed = allowed
    wholeKey = LanguageKinship.key(of: whole.detection.code)
  }

  /// The segments and shares.
  func parts() -> TextParts {
    var finder = self
    return finder.find()
  }

  private mutating func find() -> TextParts {
    var text = text
    var units: [TextUnit] = []
    text.withUTF8 { bytes in
      for paragraph in Paragraph.all(of: bytes, fewestLetters: 1) { units += judged(paragraph, bytes) }
    }
    guard units.reduce(0, { $0 + $1.letters }) >= LanguageDetector.fewestLetters else { return TextParts() }
    let path = LanguagePath(units, whole: wholeKey)
    var runs = Self.runs(of: units, zip(units, path.best(for: units)).map { (unit, place) in path.languages[place] })
    Self.dissolve(&runs)
    return summary(of: runs)
  }

  // MARK: Units

  private mutating func judged(_ paragraph: Paragraph, _ bytes: UnsafeBufferPointer<UInt8>) -> [TextUnit] {
    let isTrusted = !Self.mistaken.contains(wholeKey)
    if isTrusted, let settled = whole.settledLetters, paragraph.letters >= settled { return [unit(plain: paragraph)] }
    let content = String(decoding: bytes[paragraph.bytes], as: UTF8.self)
    if isTrusted, paragraph.letters >= Self.fewestOfUnit, isPlain(content, letters: paragraph.letters) {
      return [unit(plain: paragraph)]
    }
    var units: [TextUnit] = []
    for sentence in SentenceSplitter.split(content, language: whole.detection.code) {
      let pieces = SentencePieces(sentence.text).all()
      let scalars = pieces.count > 1 ? Array(sentence.text.unicodeScalars) : []
      for (number, piece) in pieces.enumerated() {
        let start = paragraph.scalars.lowerBound + sentence.start
        units.append(
          unit(
            pieces.count > 1 ? String(scalars: scalars[piece.scalars]) : sentence.text,
            in: start + piece.scalars.lowerBound..<start + piece.scalars.upperBound, piece.letters,
            behind: piece.changesScript ? .script : number > 0 ? .piece : units.isEmpty ? .paragraph : .sentence))
      }
    }
    return units
  }

  private mutating func unit(plain paragraph: Paragraph) -> TextUnit {
    weightOfCode[whole.detection.code, default: 0] += Double(paragraph.letters)
    return TextUnit(
      scalars: paragraph.scalars, letters: paragraph.letters, behind: .paragraph,
      probabilities: [wholeKey: Self.probabilityIfPlain])
  }

  private mutating func unit(
    _ text: String, in scalars: Range<Int>, _ letters: Int, behind border: TextUnit.Border
  ) -> TextUnit {
    var probabilities: [String: Double] = [:]
    if letters >= Self.fewestOfUnit {
      let detection = LanguageDetector.detect(text, allowed: allowed)
      if let first = detection.candidates.first, let script = detection.script {
        scriptOfKey[LanguageKinship.key(of: first.code)] = script
      }
      for candidate in detection.candidates {
        probabilities[LanguageKinship.key(of: candidate.code), default: 0] += candidate.probability
        weightOfCode[candidate.code, default: 0] += candidate.probability * Double(letters)
      }
    }
    return TextUnit(scalars: scalars, letters: letters, behind: border, probabilities: probabilities)
  }

  /// Whether CLD2 finds nothing in a paragraph but the language of the whole text.
  private func isPlain(_ paragraph: String, letters: Int) -> Bool {
    let sample = LanguageSample.cleanedBytes(paragraph)
    guard let script = whole.detection.script else { return false }
    let languages = CompactLanguageDetector.detect(sample).languages
    guard let first = languages.first.flatMap({ LanguageCodes.language(cld2: $0.code, script: script) }),
      LanguageKinship.key(of: first) == wholeKey
    else { return false }
    return languages.dropFirst().allSatisfy { language in
      guard let code = LanguageCodes.language(cld2: language.code, script: nil) else { return true }
      return LanguageKinship.key(of: code) == wholeKey
        || language.share * Double(letters) < Double(LanguageDetector.fewestLetters)
    }
  }

  // MARK: Runs

  /// Neighbouring units in one language.
  private struct Run {
    var language: String
    var scalars: Range<Int>
    var letters: Int
    /// Sum of letters times probability, over the units that say anything.
    var certainty: Double
    /// Letters of the units that say anything.
    var judged: Int

    private static let lettersOfLongRun = 200

    /// Whether it can stand as a segment.
    var isClear: Bool {
      guard letters >= LanguageDetector.fewestLetters, judged > 0 else { return false }
      // Many unsure answers that agree are surer than one.
      let needed = LanguageDetector.lowestConfidence * (letters < Self.lettersOfLongRun ? 1 : 0.5)
      return certainty >= needed * Double(judged)
    }

    mutating func join(_ other: Run) {
      let isSame = language == other.language
      scalars = scalars.lowerBound..<max(scalars.upperBound, other.scalars.upperBound)
      letters += other.letters
      certainty += isSame ? other.certainty : 0
      judged += isSame ? other.judged : 0
    }
  }

  private static func runs(of units: [TextUnit], _ languages: [String]) -> [Run] {
    var runs: [Run] = []
    for (unit, language) in zip(units, languages) {
      let run = Run(
        language: language, scalars: unit.scalars, letters: unit.letters,
        certainty: Double(unit.letters) * unit.probabilities[language, default: 0],
        judged: unit.probabilities.isEmpty ? 0 : unit.letters)
      if runs.last?.language == language {
        runs[runs.count - 1].join(run)
      } else {
        runs.append(run)
      }
    }
    return runs
  }

  /// Gives runs that are not clear to the longer of their neighbours, the least clear ones first.
  private static func dissolve(_ runs: inout [Run]) {
    while runs.count > 1 {
      let unclear = runs.indices.filter { !runs[$0].isClear }
      guard let weak = unclear.min(by: { runs[$0].letters < runs[$1].letters }) else { return }
      let before = weak > 0 ? runs[weak - 1].letters : -1
      let after = weak + 1 < runs.count ? runs[weak + 1].letters : -1
      if before >= after {
        runs[weak - 1].join(runs[weak])
      } else {
        let start = runs[weak].scalars.lowerBound
        runs[weak + 1].scalars = start..<runs[weak + 1].scalars.upperBound
        runs[weak + 1].letters += runs[weak].letters
      }
      runs.remove(at: weak)
      var merged: [Run] = []
      for run in runs {
        if merged.last?.language == run.language { merged[merged.count - 1].join(run) } else { merged.append(run) }
      }
      runs = merged
    }
  }

  // MARK: The answer

  private func summary(of runs: [Run]) -> TextParts {
    var letters: [String: Int] = [:]
    for run in runs { letters[run.language, default: 0] += run.letters }
    let total = Double(max(1, runs.reduce(0) { $0 + $1.letters }))
    let codes = Dictionary(uniqueKeysWithValues: letters.keys.map { ($0, code(of: $0)) })
    let order = letters.keys.sorted { (letters[$1, default: 0], $0) < (letters[$0, default: 0], $1) }
    var parts = TextParts()
    parts.segments = runs.compactMap { run in
      codes[run.language].map { LanguageSegment(start: run.scalars.lowerBound, end: run.scalars.upperBound, code: $0) }
    }
    parts.shares = order.compactMap { key in
      codes[key].map { LanguageShare(code: $0, share: Double(letters[key, default: 0]) / total) }
    }
    let first = runs.filter { $0.language == order.first }
    let judged = first.reduce(0) { $0 + $1.judged }
    parts.confidence = judged == 0 ? 0 : first.reduce(0) { $0 + $1.certainty } / Double(judged)
    parts.script = order.first.flatMap { $0 == wholeKey ? whole.detection.script : scriptOfKey[$0] }
    return parts
  }

  /// The code that a key stands for: that of the whole text, or the likeliest of the units.
  private func code(of key: String) -> String {
    if key == wholeKey { return whole.detection.code }
    let members = weightOfCode.filter { LanguageKinship.key(of: $0.key) == key }
    return members.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? key
  }
}
