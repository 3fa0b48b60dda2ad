/// From the codes that CLD2 answers with to BCP 47.
enum LanguageCodes {
  /// Text without language, or in none that is known.
  static let undetermined = "und"

  /// The language that an answer of CLD2 about text in `script` names, without its script but for "sr-Latn"; nil when it
  /// names no real language.
  static func language(cld2 code: String, script: Script?) -> String? {
    switch code {
    case "ku": return script == .arabic ? "ckb" : "ku"
    case "sr": return script == .latin ? "sr-Latn" : "sr"
    case "zh-Hant": return "zh"
    default: return noLanguages.contains(code) || code.hasPrefix("xx") ? nil : renamed[code] ?? code
    }
  }

  /// The BCP 47 code for text of a language in a script.
  ///
  /// A script subtag is added only where a language has several and the text is not in its usual one: "sr" is Cyrillic
  /// and "sr-Latn" is not; "zh" is in simplified characters and "zh-Hant" is not. Where a caller allows only one of a
  /// language's codes, it is this one.
  static func bcp47(_ language: String, script: Script?, isTraditional: Bool, allowed: Set<String>? = nil) -> String {
    var code = language
    if language == "zh" && isTraditional { code = "zh-Hant" }
    if let usual = usualScripts[language], let script, script != usual { code = "\(language)-\(script.code)" }
    guard let allowed, !isAllowed(code, among: allowed) else { return code }
    return allowed.filter { primary($0) == primary(code) }.min() ?? code
  }

  /// Whether a code, or the same without its script, is among those that are allowed.
  static func isAllowed(_ code: String, among allowed: Set<String>?) -> Bool {
    guard let allowed else { return true }
    return allowed.contains(code) || allowed.contains(primary(code))
  }

  /// Whether a language's code without a script may mean text in that script.
  ///
  /// - Parameter script: a subtag in lower case: "cyrl".
  static func isUsual(_ script: String, of language: String) -> Bool {
    if language == "zh" { return ["hans", "hani"].contains(script) }
    return usualScripts[language].map { $0.code.lowercased() == script } ?? true
  }

  private static func primary(_ code: String) -> String { String(code.prefix { $0 != "-" }) }

  /// Unknown, ignored, and the joke languages that CLD2 was trained on.
  private static let noLanguages: Set<String> = ["un", "xxx", "", "zzb", "zze", "zzh", "zzp", "tlh", "ia", "ie"]

  /// Codes that are out of date, that name a group where one member is meant, or that CLDR replaces.
  static let renamed = [
    "iw": "he", "in": "id", "jw": "jv", "ji": "yi", "mo": "ro", "no": "nb", "tl": "fil", "bh": "bho", "sr-ME": "cnr",
    "sit-NP": "lif",
  ]

  /// The usual script of languages that are written in more than one: what the code alone means.
  private static let usualScripts: [String: Script] = [
    "az": .latin, "ha": .latin, "kk": .cyrillic, "ks": .arabic, "ku": .latin, "ky": .cyrillic, "mn": .cyrillic,
    "ro": .latin, "sd": .arabic, "shi": .tifinagh, "sr": .cyrillic, "tg": .cyrillic, "tk": .latin, "tt": .cyrillic,
    "ug": .arabic, "uz": .latin, "yi": .hebrew,
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
