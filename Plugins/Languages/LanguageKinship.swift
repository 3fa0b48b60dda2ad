/// Which languages are too near to each other to be told apart sentence by sentence.
enum LanguageKinship {
  /// What stands for a language and those that count as the same within one text: its code without script, or one
  /// member of its group.
  ///
  /// These are the groups whose members differ in few words a page. Others that are taken for each other now and then,
  /// such as Spanish and Galician, are languages of their own here: a switch between them only takes more evidence.
  static func key(of code: String) -> String {
    let base = code.prefix { $0 != "-" }
    return groups[String(base)] ?? String(base)
  }

  private static let groups: [String: String] = [
    "bs": "hr", "sr": "hr", "cnr": "hr", "ms": "id", "nn": "nb", "no": "nb", "yue": "zh", "dz": "bo", "prs": "fa",
  ]
}
