/// How well a sentence would stand in a summary, by its form alone.
enum SentenceQuality {
  /// A quotation that goes on for longer was not closed by mistake.
  static let longestSpeech = 6

  /// From 0, for what must never stand there, to 1.
  ///
  /// Never: lines without the end of a sentence (headlines, bylines, captions, list items), lead-ins that end with a
  /// colon, links and addresses, lines of figures, and what is too short or too long to be read. Less: quotations,
  /// halves of quotations, questions, pieces that begin in lower case, sentences that open with a place, a date and a
  /// dash, and those that open with a word that leans on the sentence before.
  ///
  /// - Parameters:
  ///   - isPunctuated: whether the document ends its sentences with a mark, see ``endsSentences(_:)``.
  ///   - isSpoken: whether it stands in the middle of somebody's words: who says it is told elsewhere.
  static func of(_ form: SentenceForm, isPunctuated: Bool, isSpoken: Bool = false) -> Float {
    guard form.width >= 30, form.width <= 500, form.letters * 2 >= form.scalars - form.spaces else { return 0 }
    guard !isPunctuated || form.isEnded, !form.endsOpen, !form.hasAddress else { return 0 }
    var quality: Float = 1
    if form.opensWithQuote { quality *= 0.7 }
    if form.isHalfQuoted || isSpoken { quality *= 0.5 }
    if form.isPiece { quality *= 0.3 }
    if form.isQuestion { quality *= 0.6 }
    if form.hasDateline { quality *= 0.85 }
    if leaning.contains(form.firstWord) { quality *= 0.9 }
    if owning.contains(form.firstWord) { quality *= 0.7 }
    if form.width > 220 { quality *= 0.85 }
    return quality
  }

  /// Whether a document is one whose sentences end with a mark: Thai and lists of lines do not.
  static func endsSentences(_ forms: some Collection<SentenceForm>) -> Bool {
    let ended = forms.prefix(50).count { $0.isEnded }
    return ended * 3 >= min(50, forms.count)
  }

  /// Words that at the head of a sentence speak of what belongs to somebody who was named before: a detail, mostly.
  private static let owning: Set<String> = [
    "his", "her", "its", "their", "ihre", "ihr", "sein", "seine", "его", "её", "их",
  ]

  /// Words that at the head of a sentence point to the one before, in languages that news is written in most.
  private static let leaning: Set<String> = [
    "he", "she", "they", "it", "this", "these", "those", "but", "and", "however",
    "meanwhile", "also", "then", "such", "so", "yet", "instead", "both", "er", "sie", "dies", "diese", "dieser", "aber",
    "und", "doch", "dagegen", "dabei", "damit", "elle", "ils", "elles", "mais", "cependant", "pero", "esto", "ello",
    "mas", "porém", "ma", "tuttavia", "bu", "bunu", "buna", "bunun", "bunlar", "bundan", "bununla", "onlar", "onun",
    "ancak", "fakat", "ama", "ayrıca", "öte", "böylece", "ardından", "oysa", "üstelik", "kendisi", "он", "она", "они",
    "но", "это", "этот", "вот", "وقال", "وأضاف", "كما", "لكن", "وأكد", "وتابع",
  ]
}
