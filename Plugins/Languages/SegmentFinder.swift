import TextKit

/// Finds the stretches of a text that are in one language each.
///
/// Most texts are in one, so the work is done in steps, each of which spares the next:
/// 1. In a text that is all in one language, paragraphs of so many letters that another one would have shown in the
///    whole are not looked at.
/// 2. Of the other paragraphs CLD2, which is quick, says whether they may be in another language, or have sentences
///    that are. It seldom takes a foreign sentence for one in the very language of the text.
/// 3. Where it may be so, the n-gram model says whether any stretch is likelier in the languages in question
///    (``ForeignStretch``).
/// 4. Only paragraphs still in doubt are cut into sentences, which the whole cascade judges one by one.
/// 5. The likeliest sequence of languages is found (``LanguagePath``), and stretches too short or too unsure to be
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
  /// Of fewer letters, CLD2 alone is not asked.
  private static let lettersForCLD2 = 40
  /// Texts of fewer letters may be a single sentence.
  private static let lettersOfShortText = 400
  /// Of these CLD2 names only one where a text has several.
  private static let mistaken: Set<String> = ["hi", "mr", "ne", "bho"]
  /// Those of them that the n-gram model knows.
  private static let mistakenOfModel = ["hi", "mr", "ne"]
  /// CLD2 gives a per cent or two of long texts to other languages, for the sake of their names; most sentences are longer.
  private static let lettersOfSentence = 50.0
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
    // No other language uses the script, and the text has no other.
    if whole.settledLetters == 0 { return TextParts(shares: [LanguageShare(code: whole.detection.code, share: 1)]) }
    var text = text
    var units: [TextUnit] = []
    text.withUTF8 { bytes in
      let paragraphs = Paragraph.all(of: bytes, fewestLetters: 1)
      for paragraph in paragraphs { units += judged(paragraph, bytes, isAlone: paragraphs.count == 1) }
    }
    guard units.reduce(0, { $0 + $1.letters }) >= LanguageDetector.fewestLetters else { return TextParts() }
    let path = LanguagePath(units, whole: wholeKey)
    return summary(of: LanguageRun.clear(of: units, in: path.best(for: units).map { path.languages[$0] }))
  }

  // MARK: Units

  private mutating func judged(
    _ paragraph: Paragraph, _ bytes: UnsafeBufferPointer<UInt8>, isAlone: Bool
  ) -> [TextUnit] {
    let isTrusted = !Self.mistaken.contains(wholeKey)
    if isTrusted, let settled = whole.settledLetters, paragraph.letters >= settled { return [unit(plain: paragraph)] }
    if isTrusted, isAlone, whole.settledLetters != nil { return [unit(plain: paragraph)] }
    lazy var content = String(decoding: bytes[paragraph.bytes], as: UTF8.self)
    // A headline or a sentence has been judged already.
    let isShort = isAlone && paragraph.letters < Self.lettersOfShortText
    let early = isShort ? SentencePieces.all(of: content, language: whole.detection.code) : nil
    if early?.count == 1 { return [unit(whole: paragraph)] }
    if paragraph.letters >= Self.fewestOfUnit {
      // What is known of a text holds for its only paragraph.
      let known = isAlone ? whole.seen : nil
      let seen = known ?? LanguageDetector.Seen(LanguageSample.cleanedBytes(content))
      let isSure = isTrusted && isPlain(seen.answer, letters: paragraph.letters)
      let stretch = isSure ? nil : foreignStretch(seen.answer, letters: paragraph.letters)
      if isSure || stretch.map({ !$0.isIn(seen.sample) }) == true, isInItsScript(seen.sample) {
        return [unit(plain: paragraph)]
      }
    }
    let first = paragraph.scalars.lowerBound
    return (early ?? SentencePieces.all(of: content, language: whole.detection.code)).map { piece in
      unit(
        piece.text, in: first + piece.scalars.lowerBound..<first + piece.scalars.upperBound, piece.letters,
        behind: piece.border)
    }
  }

  private func unit(whole paragraph: Paragraph) -> TextUnit {
    var probabilities: [String: Double] = [:]
    for candidate in whole.detection.candidates {
      probabilities[LanguageKinship.key(of: candidate.code), default: 0] += candidate.probability
    }
    return TextUnit(
      scalars: paragraph.scalars, letters: paragraph.letters, behind: .paragraph, probabilities: probabilities)
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
    let isQuick = letters >= Self.lettersForCLD2 && !Self.mistaken.contains(wholeKey)
    let seen = isQuick ? LanguageDetector.Seen(LanguageSample.cleanedBytes(text)) : nil
    if let seen, isPlain(seen.answer, letters: letters) {
      // Most sentences of a text that may be mixed are in its language; this costs a third of a full answer.
      weightOfCode[whole.detection.code, default: 0] += Double(letters)
      probabilities[wholeKey] = Self.probabilityIfPlain
    } else if letters >= Self.fewestOfUnit {
      let detection = LanguageDetector.examine(text, allowed: allowed, seen: seen).detection
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

  /// Whether a cleaned paragraph has no stretch in another script than the text. CLD2 often does not name the language
  /// of two sentences among many.
  private func isInItsScript(_ sample: [UInt8]) -> Bool {
    whole.hasOneScript || whole.detection.script.map { ScriptCensus.isOnlySprinkled(sample, over: $0) } ?? true
  }

  /// Whether CLD2 finds nothing in a part of the text but the language of the whole.
  private func isPlain(_ answer: CompactLanguageDetector.Answer, letters: Int) -> Bool {
    guard let script = whole.detection.script else { return false }
    let languages = answer.languages
    guard let first = languages.first.flatMap({ LanguageCodes.language(cld2: $0.code, script: script) }),
      LanguageKinship.key(of: first) == wholeKey
    else { return false }
    return languages.dropFirst().allSatisfy { language in
      guard let code = LanguageCodes.language(cld2: language.code, script: nil) else { return true }
      return LanguageKinship.key(of: code) == wholeKey
        || language.share * Double(letters) < Self.lettersOfSentence
    }
  }

  /// A search for what CLD2 sees in a paragraph, or cannot see, besides the language of the text; nil if it does not
  /// name that language itself, or the model lacks one of them.
  private func foreignStretch(_ answer: CompactLanguageDetector.Answer, letters: Int) -> ForeignStretch? {
    guard let cascade = LanguageCascade.installed, let script = whole.detection.script,
      let home = cascade.inventory.number(of: whole.detection.code)
    else { return nil }
    var codes: [String] = []
    for language in answer.languages where language.share * Double(letters) >= Self.lettersOfSentence {
      let known = LanguageCodes.language(cld2: language.code, script: codes.isEmpty ? script : nil)
      if let known { codes.append(known) }
    }
    let isTrusted = !Self.mistaken.contains(wholeKey)
    guard let first = codes.first,
      LanguageKinship.key(of: first) == wholeKey || (!isTrusted && Self.mistaken.contains(first))
    else { return nil }
    var rivals = codes.filter { LanguageKinship.key(of: $0) != wholeKey }
    if !isTrusted { rivals += Self.mistakenOfModel.filter { $0 != wholeKey && !rivals.contains($0) } }
    let numbers = rivals.map { cascade.inventory.number(of: $0) ?? -1 }
    return cascade.foreignStretch(home: home, rivals: numbers)
  }

  // MARK: The answer

  private func summary(of runs: [LanguageRun]) -> TextParts {
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
