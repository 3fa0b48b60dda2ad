/// Neighbouring units in one language.
struct LanguageRun {
  /// Its key; see ``LanguageKinship/key(of:)``.
  var language: String
  /// Offsets of its scalars in the text.
  var scalars: Range<Int>
  /// How many letters it has; see ``Paragraph/letters``.
  var letters: Int
  /// Sum of letters times probability, over the units that say anything.
  var certainty: Double
  /// Letters of the units that say anything.
  var judged: Int

  /// From so many letters on, less sure answers do.
  private static let lettersOfLongRun = 200

  /// Whether it can stand as a segment.
  var isClear: Bool {
    guard letters >= LanguageDetector.fewestLetters, judged > 0 else { return false }
    // Many unsure answers that agree are surer than one.
    let needed = LanguageDetector.lowestConfidence * (letters < Self.lettersOfLongRun ? 1 : 0.5)
    return certainty >= needed * Double(judged)
  }

  /// Takes up the run behind.
  mutating func join(_ other: LanguageRun) {
    let isSame = language == other.language
    scalars = scalars.lowerBound..<max(scalars.upperBound, other.scalars.upperBound)
    letters += other.letters
    certainty += isSame ? other.certainty : 0
    judged += isSame ? other.judged : 0
  }
}

extension LanguageRun {
  /// Takes up the run before, which is in another language.
  private mutating func begin(with run: LanguageRun) {
    scalars = run.scalars.lowerBound..<scalars.upperBound
    letters += run.letters
  }

  /// The runs of units, those that can't stand as segments given to their neighbours.
  ///
  /// - Parameters:
  ///   - units: the units of a text.
  ///   - languages: the language of each, by its key.
  static func clear(of units: [TextUnit], in languages: [String]) -> [LanguageRun] {
    var runs = runs(of: units, languages)
    dissolve(&runs)
    return runs
  }

  private static func runs(of units: [TextUnit], _ languages: [String]) -> [LanguageRun] {
    var runs: [LanguageRun] = []
    for (unit, language) in zip(units, languages) {
      let run = LanguageRun(
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

  /// Gives runs that are not clear to the longer of their neighbours, short ones first: what is left may be clear then.
  private static func dissolve(_ runs: inout [LanguageRun]) {
    // A few passes, so that the work stays linear in the number of runs.
    for limit in [3, 6, 12, 24, Int.max] where runs.count > 1 {
      var kept: [LanguageRun] = []
      for place in runs.indices {
        let run = runs[place]
        if kept.last?.language == run.language {
          kept[kept.count - 1].join(run)
          continue
        }
        let before = kept.last?.letters ?? -1
        let after = place + 1 < runs.count ? runs[place + 1].letters : -1
        if run.isClear || run.letters >= limit || max(before, after) < 0 {
          kept.append(run)
        } else if before >= after {
          kept[kept.count - 1].join(run)
        } else {
          runs[place + 1].begin(with: run)
        }
      }
      runs = kept
    }
  }
}
