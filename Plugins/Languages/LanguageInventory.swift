import TextKit

/// The languages that answers can name, by number, and what is known of each before any text is seen.
struct LanguageInventory: Sendable {
  /// BCP 47 codes, in alphabetical order; Serbian in Latin letters is a language of its own.
  let codes: [String]
  /// For each class of the model its language.
  let languageOfClass: [Int]
  /// The logarithm of what each language's odds are multiplied by: rare ones need more evidence.
  let priors: [Float]
  /// How typical text of a language scores beside the mixture of all; 0 if the model lacks it.
  let typical: [Float]
  /// Whether CLD2 knows the language.
  let isKnownToCLD2: [Bool]
  /// Languages without a class, and those whose scores stand for theirs.
  let likened: [(language: Int, model: Int)]
  /// Languages that CLD2 takes for others, and these.
  let mistaken: [(language: Int, other: Int)]
  /// Whether little is known of the language.
  let isThin: [Bool]
  /// Equal numbers for close relatives.
  let family: [Int]
  /// For each group of relatives that the model has words of, its members.
  let wordGroups: [[Int]]
  /// For each language the number of its group, and its place therein.
  let placeInGroup: [(group: Int, place: Int)?]

  private let numbers: [String: Int]
  /// For each script, by number, whether each language may be in it; nil if none is.
  private let ofScript: [[Bool]?]

  init(_ model: LanguageModel) {
    let classCodes = model.codes.map { LanguageTables.folded[$0] ?? $0 }
    let codes = Set(
      classCodes + LanguageTables.ofCLD2Alone + LanguageTables.ofBoth + Array(LanguageTables.likened.keys)
    ).sorted()
    self.codes = codes
    let numbers = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
    self.numbers = numbers
    languageOfClass = classCodes.map { numbers[$0] ?? 0 }

    var typical = [Float](repeating: 0, count: codes.count)
    for (language, column) in zip(languageOfClass, model.columns) {
      typical[language] = max(typical[language], model.file.typical[column])
    }
    likened = LanguageTables.likened.sorted { $0.key < $1.key }.compactMap { pair in
      guard let language = numbers[pair.key], let model = numbers[pair.value] else { return nil }
      return (language, model)
    }
    for (language, model) in likened { typical[language] = typical[model] }
    self.typical = typical
    mistaken = LanguageTables.mistakenByCLD2.sorted { $0.key < $1.key }.compactMap { pair in
      guard let language = numbers[pair.key], let other = numbers[pair.value] else { return nil }
      return (language, other)
    }
    isThin = codes.map { LanguageTables.thin.contains($0) }
    priors = codes.map { LanguageTables.prior(of: $0) }
    let notInCLD2 = LanguageTables.ofModelAlone
    isKnownToCLD2 = codes.map { !notInCLD2.contains($0) }

    var family = Array(codes.indices)
    for group in LanguageTables.families {
      let members = group.compactMap { numbers[$0] }
      for member in members { family[member] = members[0] }
    }
    self.family = family

    wordGroups = model.file.wordGroups.map { group in group.map { numbers[$0] ?? -1 } }
    var places = [(group: Int, place: Int)?](repeating: nil, count: codes.count)
    for (group, members) in wordGroups.enumerated() {
      for (place, member) in members.enumerated() where member >= 0 { places[member] = (group, place) }
    }
    placeInGroup = places

    ofScript = Script.allCases.map { script in
      let named = codes.map { LanguageTables.scripts(of: $0).contains(script) }
      return named.contains(true) ? named : nil
    }
  }

  /// The language with a code, as this inventory spells it; nil if there is none.
  func number(of code: String) -> Int? { numbers[code] }

  /// The languages that a caller's BCP 47 code stands for: "sr" is in both scripts, "zh-Hant" is "zh" here.
  func numbers(for code: String) -> [Int] {
    if code == "sr" { return ["sr", "sr-Latn"].compactMap { numbers[$0] } }
    if let number = numbers[code] { return [number] }
    let primary = String(code.prefix { $0 != "-" })
    return numbers[primary].map { [$0] } ?? []
  }

  /// Whether each language may be in one of some scripts; all may if none is known to be.
  func languages(in scripts: [Script]) -> [Bool] {
    let known = scripts.compactMap { ofScript[$0.index] }
    guard var languages = known.first else { return [Bool](repeating: true, count: codes.count) }
    for more in known.dropFirst() {
      for number in languages.indices where more[number] { languages[number] = true }
    }
    return languages
  }
}
