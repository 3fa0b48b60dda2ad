/// From the codes that CLD2 answers with to BCP 47.
enum LanguageCodes {
  /// Text without language, or in none that is known.
  static let undetermined = "und"

  /// The BCP 47 code for an answer of CLD2 about text in `script`; nil when the answer names no real language.
  ///
  /// A script subtag is added only where a language has several and the text is not in its usual one: "sr" is Cyrillic
  /// and "sr-Latn" is not; "zh" is in simplified characters and "zh-Hant" is not.
  static func bcp47(cld2 code: String, script: Script?) -> String? {
    if code == "ku" { return script == .arabic ? "ckb" : "ku" }
    if noLanguages.contains(code) || code.hasPrefix("xx") { return nil }
    let code = renamed[code] ?? code
    guard let usual = usualScripts[code], let script, script != usual else { return code }
    return "\(code)-\(script.code)"
  }

  /// Unknown, ignored, and the joke languages that CLD2 was trained on.
  private static let noLanguages: Set<String> = ["un", "xxx", "", "zzb", "zze", "zzh", "zzp", "tlh"]

  /// Codes that are out of date, that name a group where one member is meant, or that CLDR replaces.
  private static let renamed = [
    "iw": "he", "in": "id", "jw": "jv", "ji": "yi", "mo": "ro", "no": "nb", "tl": "fil", "bh": "bho", "sr-ME": "cnr",
    "sit-NP": "lif",
  ]

  /// The usual script of languages that CLD2 knows in more than one.
  private static let usualScripts: [String: Script] = [
    "az": .latin, "ha": .latin, "kk": .cyrillic, "ks": .arabic, "ky": .cyrillic, "mn": .cyrillic, "ro": .latin,
    "sd": .arabic, "sr": .cyrillic, "tg": .cyrillic, "tk": .latin, "tt": .cyrillic, "ug": .arabic, "uz": .latin,
    "yi": .hebrew,
  ]

  /// Whether two codes name languages so near to each other that short texts cannot tell them apart.
  static func areClose(_ a: String, _ b: String) -> Bool {
    guard let group = groups[a] else { return false }
    return a != b && group == groups[b]
  }

  /// Whether the language has such near relatives.
  static func hasCloseRelatives(_ code: String) -> Bool { groups[code] != nil }

  /// Near relatives share a number.
  private static let groups: [String: Int] = [
    "bs": 1, "hr": 1, "sr-Latn": 1, "cnr": 1, "id": 2, "ms": 2, "nb": 3, "nn": 3, "da": 3, "zu": 4, "xh": 4, "ss": 4,
    "nr": 4, "gl": 5, "pt": 5, "es": 5, "cs": 6, "sk": 6, "mk": 7, "bg": 7, "rw": 8, "rn": 8, "am": 9, "ti": 9,
    "zh": 10, "zh-Hant": 10, "bo": 11, "dz": 11, "st": 12, "nso": 12, "tn": 12,
  ]
}
