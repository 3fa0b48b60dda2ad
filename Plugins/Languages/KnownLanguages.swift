import Foundation
import StageKit

/// The languages that an answer can name.
enum KnownLanguages {
  /// BCP 47 codes, in the order of the alphabet: those of the model, of CLD2's full tables, and of scripts that only one
  /// language uses. With a script subtag where a language is not in its usual script.
  static let codes: [String] =
    """
    aa ab ace af ak am an ar as ay az az-Arab az-Cyrl ba bcl be bem bg bho bi bn bo br bs ca ceb chr ckb cnr co crh \
    crs cs cy da de dv dz ee el en eo es et eu ext fa ff fi fil fj fo fr fy ga gaa gcf gcr gd gl gn gu gug guw gv \
    ha ha-Arab haw he hi hmn hr ht hu hy id ig ii ik is it iu ja jv ka kab kg kha ki kk kk-Arab kk-Latn kl km kn ko \
    kok kri ks ks-Deva ku ky ky-Arab ky-Latn la lb lg lif lij ln lo loz lt ltg lua luo lv mfe mg mi mk ml mn \
    mn-Mong mni-Mtei mr ms mt my na nb nd ne new nl nn nqo nr nso ny oc om or os pa pam pcm pl ps pt qu raj rm rn \
    ro ro-Cyrl ru rw sa sat sco sd sd-Deva se sg shi si sk sl sm sn so sq sr sr-Latn ss st su sv sw syr ta te tg \
    tg-Arab tg-Latn th ti tk tk-Arab tk-Cyrl tn to tr ts tt tt-Arab tt-Latn tum tw ty ug ug-Cyrl ug-Latn uk ur uz \
    uz-Arab uz-Cyrl ve vec vi vo wa war wo xh yi yi-Latn yo yue za zgh zh zh-Hant zu
    """
    .split(separator: " ").map(String.init)

  private static let all = Set(codes)

  /// Whether an answer can be in the language of a code, spelt as answers are.
  static func contains(_ code: String) -> Bool { all.contains(code) }

  /// The codes that a tag stands for: itself, and without a script the language in all of its scripts; none if no answer
  /// is ever in it. Case and underscores do not matter, nor does the usual script or a region: `pt-BR` is `pt`.
  static func codes(of tag: String) -> Set<String> {
    let subtags = tag.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }.map { $0.lowercased() }
    guard let first = subtags.first, subtags.allSatisfy(isSubtag) else { return [] }
    let language = LanguageCodes.renamed[first] ?? first
    let script = subtags.dropFirst().first { $0.count == 4 && $0.allSatisfy(\.isLetter) }
    let traditional = language == "zh" && subtags.dropFirst().contains { ["tw", "hk", "mo"].contains($0) }
    if let script = traditional ? "hant" : script {
      let full = "\(language)-\(script.prefix(1).uppercased())\(script.dropFirst())"
      if all.contains(full) { return [full] }
      // The usual script is not said.
      return all.contains(language) && LanguageCodes.isUsual(script, of: language) ? [language] : []
    }
    return all.filter { $0 == language || $0.hasPrefix(language + "-") }
  }

  /// What somebody who wrote an unknown tag may have meant: `; did you mean 'ja'?`, or nothing.
  static func hint(for tag: String) -> String {
    let word = tag.lowercased()
    if let code = codes(of: tag).min(by: { ($0.count, $0) < ($1.count, $1) }) { return "; did you mean '\(code)'?" }
    if let meant = countries[word] { return "; did you mean '\(meant)'?" }
    let names = Locale(identifier: "en")
    var byName: [String: String] = [:]
    for code in codes where !code.contains("-") {
      if let name = names.localizedString(forLanguageCode: code), name != code { byName[name.lowercased()] = code }
      if let long = Locale.LanguageCode(code).identifier(.alpha3), long == word { return "; did you mean '\(code)'?" }
    }
    if word.count > 3, !word.contains("-"), let name = Suggestion.closest(to: word, in: byName.keys.sorted()),
      let code = byName[name]
    {
      return "; did you mean '\(code)'?"
    }
    return Suggestion.hint(for: tag, in: codes)
  }

  private static func isSubtag(_ text: String) -> Bool {
    1...8 ~= text.utf8.count && text.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 }
  }

  /// Codes of countries that are taken for codes of languages.
  private static let countries = [
    "jp": "ja", "cn": "zh", "tw": "zh-Hant", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk", "kr": "ko", "gb": "en",
    "us": "en", "ir": "fa", "il": "he", "in": "hi", "vn": "vi", "rs": "sr", "al": "sq", "ee-ee": "et", "at": "de",
    "mx": "es",
  ]
}

/// A language that an option names: the BCP 47 code of a language that can be an answer.
struct LanguageChoice: ConfigValue, Equatable {
  /// The code, as it was written.
  let tag: String
  /// The codes of answers that it stands for; not empty.
  let codes: Set<String>

  /// A code; nil if no answer is ever in that language.
  init?(_ tag: String) {
    guard KnownLanguages.contains(tag) else { return nil }
    (self.tag, codes) = (tag, KnownLanguages.codes(of: tag))
  }

  /// The codes.
  static var schema: JSONValue {
    .object(["enum": .array(KnownLanguages.codes.map { .string($0) })])
  }

  static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> LanguageChoice? {
    guard let text = node.text, !node.isNull else { return reader.expected("a language code such as de", found: node) }
    if let choice = LanguageChoice(text) { return choice }
    let hint = node.isFromEnvironment ? "" : KnownLanguages.hint(for: text)
    reader.diagnostics.append(
      .error(
        "unknown-value", "\(node.kindDescription) is no language that detect-language knows (BCP 47)\(hint)",
        at: node.location))
    return nil
  }

  var json: JSONValue { .string(tag) }

  /// What is wrong with a code from the command line.
  static func fault(of tag: String) -> String {
    "'\(tag)' is no language that detect-language knows (BCP 47)\(KnownLanguages.hint(for: tag))"
  }
}
