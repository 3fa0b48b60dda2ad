import TextKit

/// What is known of languages and no file says.
enum LanguageTables {
  /// The model has classes for varieties that answers don't tell apart.
  static let folded = [
    "arz": "ar", "ary": "ar", "wuu": "zh", "fuv": "ff", "sdh": "ckb", "uzs": "uz", "uz-Cyrl": "uz", "hbo": "he",
    "grc": "el",
  ]

  /// Languages of CLD2 that the model lacks.
  static let ofCLD2Alone = words(
    """
    aa ab ak ay bi bo ceb chr co crs dv fj gaa gv haw hmn ik iu kha kl kri ks lif loz lua luo mfe mi na new nr ny os \
    pam raj rm rn sco sd sg sm cnr ss su syr ti tn to ts tum tw ve war wo yi za
    """)

  /// Languages that both know and that answers must be able to name, whatever classes a model has.
  static let ofBoth = words("ckb en gn ku sr sr-Latn zh")

  /// Languages of the model that CLD2 lacks.
  static let ofModelAlone = Set(
    words("ace an bcl bem crh ee ext ff gcf gcr guw kab ki kok lij ltg pcm se ty vec wa yue zxx"))

  /// Languages that no table has, beside the one whose n-grams are so like theirs that it stands for them; words tell
  /// the two apart.
  static let likened = ["nd": "zu", "shi": "ar"]

  /// CLD2 takes the first, which it lacks, for the second.
  static let mistakenByCLD2 = ["ty": "mi"]

  /// Languages that the tables know only from a page of text or a list of words.
  static let thin: Set = ["bem", "ee", "nd", "shi", "ty"]

  /// Close relatives: what speaks for one of them shows that the text is in a known language, whichever it is.
  static let families = [
    "bs hr sr-Latn", "ms id", "nb nn da sv", "zu xh ss nd nr ts", "gl pt es ca", "cs sk", "mk bg sr", "st nso tn",
    "rw rn", "bo dz", "ty mi haw", "ar shi", "zh yue", "ru uk be", "am ti", "af nl",
  ].map(words)

  /// Few news are in these; of those that the model lacks, even fewer.
  static func prior(of code: String) -> Float {
    if code == "nd" { return -1 }
    if seldom.contains(code) { return -0.7 }
    if rare.contains(code) { return -1.5 }
    return rareOfCLD2.contains(code) ? -4 : 0
  }

  private static let seldom = Set(words("an as br eo fy gd jv la lg ln oc qu"))
  private static let rare = Set(
    words("ace bcl crh ext gcf gcr gn guw kab ki kok lij ltg nso pcm sa se shi vec vo wa zxx"))
  private static let rareOfCLD2 = Set(
    words(
      """
      aa ab ak ay bi ceb chr cnr co crs gaa gv haw ik iu kha kl kri ks lif loz lua luo mfe na new nr os pam raj rm \
      sco sg syr ts tum tw war za
      """))

  /// The scripts that a language is written in.
  static func scripts(of code: String) -> Set<Script> { otherScripts[code] ?? [.latin] }

  /// Of those that are not written in Latin letters, or not in these alone.
  private static let otherScripts: [String: Set<Script>] = {
    var scripts: [String: Set<Script>] = [:]
    for (script, codes) in languagesByScript {
      for code in words(codes) { scripts[code, default: []].insert(script) }
    }
    for code in words("az iu ku tk uz za") { scripts[code, default: []].insert(.latin) }
    return scripts
  }()

  private static let languagesByScript: [(Script, String)] = [
    (.cyrillic, "ab az ba be bg kk ky mk mn os ru sr tg tk tt uk uz"), (.arabic, "ar ckb fa kk ks ps sd shi ug ur"),
    (.devanagari, "hi kok mr ne new raj sa"), (.bengali, "as bn"), (.hebrew, "he yi"), (.ethiopic, "am ti"),
    (.tibetan, "bo dz"), (.han, "ja yue za zh"), (.greek, "el"), (.armenian, "hy"), (.syriac, "syr"), (.thaana, "dv"),
    (.gurmukhi, "pa"), (.gujarati, "gu"), (.oriya, "or"), (.tamil, "ta"), (.telugu, "te"), (.kannada, "kn"),
    (.malayalam, "ml"), (.sinhala, "si"), (.thai, "th"), (.lao, "lo"), (.myanmar, "my"), (.georgian, "ka"),
    (.hangul, "ko"), (.cherokee, "chr"), (.canadian, "iu"), (.khmer, "km"), (.japanese, "ja"), (.kana, "ja"),
  ]

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
