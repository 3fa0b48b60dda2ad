import StageKit

/// Reports on two events, made up for these tests.
enum Reports {
  static func report(
    _ id: String, language: String = "en", title: String? = nil, published: String? = nil, _ text: String
  ) -> Document {
    var document = Document(id: id, text: text)
    document.language = .init(code: language, confidence: 1)
    document.title = title
    document.published = published
    return document
  }

  static let fire = report(
    "fire", title: "Ship burned in harbour", published: "2026-03-02",
    """
    A ship burned in the harbour during the night of the second of March. The fire brigade quenched the fire in the \
    early morning before it reached the quay. Nobody was injured in the harbour fire, the brigade told reporters.
    """)
  static let otherFire = report(
    "otherFire", title: "Harbour fire quenched", published: "2026-03-03",
    """
    Fire on a ship in the harbour was quenched by the brigade in the morning. The ship had burned for a whole night \
    with twelve sailors on board. Nobody was injured in the fire on the ship.
    """)
  static let feuer = report(
    "feuer", language: "de", title: "Schiff brannte im Hafen",
    """
    Im Hafen brannte in der Nacht ein Schiff. Die Feuerwehr löschte am Morgen das Feuer im Hafen. Niemand wurde verletzt \
    in der Nacht im Hafen.
    """)
  static let bridge = report(
    "bridge", title: "Minister opened bridge",
    """
    The minister opened a new bridge over the river on Friday at noon. Farmers had waited eleven years for the bridge \
    across their river. The old crossing will be closed to lorries from April onwards.
    """)

  /// `copy` as a duplicate of `original`.
  static func duplicates(
    _ original: Document, _ copy: Document, _ kind: Document.DuplicateKind, evidence: [Document.Evidence]? = nil
  ) -> (Document, Document) {
    var (a, b) = (original, copy)
    a.duplicate = .init(group: "d-\(a.id)", role: .original, kind: kind, score: 0.9, coverage: [1, 1])
    b.duplicate = .init(
      group: "d-\(a.id)", role: .copy, of: a.id, kind: kind, score: 0.9, coverage: [1, 1], evidence: evidence)
    return (a, b)
  }

  /// The German report as a translation of the first English one, sentence by sentence.
  static var translated: (english: Document, german: Document) {
    let pairs = (0..<3).map { Document.Evidence(mine: $0, theirs: $0, score: 0.8) }
    let (english, german) = duplicates(fire, feuer, .translation, evidence: pairs)
    return (english, german)
  }
}
