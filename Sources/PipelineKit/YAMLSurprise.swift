/// Plain values that YAML 1.1 tools read as something else than what they look like.
enum YAMLSurprise {
  /// What to know about an unquoted value; nil if there is no surprise in it.
  static func message(for text: String) -> String? {
    switch text {
    case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
      "'\(text)' without quotes is true for many YAML tools; write \"\(text)\" for the text, or true"
    case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
      "'\(text)' without quotes is false for many YAML tools; write \"\(text)\" for the text, or false"
    default:
      if text.wholeMatch(of: /[-+]?0[0-9_]+/) != nil {
        "'\(text)' without quotes is an octal number for many YAML tools; write \"\(text)\" for the text, "
          + "or leave out the zero"
      } else if text.wholeMatch(of: /[-+]?[0-9]+(:[0-5]?[0-9])+/) != nil {
        "'\(text)' without quotes is a number of base 60 for many YAML tools; write \"\(text)\""
      } else if text.wholeMatch(of: /[-+]?[0-9]+_[0-9_]*/) != nil {
        "'\(text)' without quotes is a number for some YAML tools and a text for others; leave out the underscores"
      } else {
        nil
      }
    }
  }
}
