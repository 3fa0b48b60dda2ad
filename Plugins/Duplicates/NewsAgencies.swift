/// Names by which news agencies sign what they send out, in the scripts that it is printed in.
enum NewsAgencies {
  /// An agency with its names. Short ones in Latin capitals are words in no language, but count only in brackets, behind
  /// a label, or alone on a line; see ``DirectionSigns``.
  static let all: [(agency: String, names: [String])] = [
    ("Reuters", ["Reuters", "رويترز", "رویترز", "רויטרס", "Рейтер", "Рейтерс", "路透社", "路透", "ロイター", "로이터", "रॉयटर्स"]),
    ("AFP", ["AFP", "Agence France-Presse", "فرانس برس", "أ ف ب", "أ.ف.ب", "АФП", "Франс Пресс", "法新社"]),
    ("AP", ["AP", "Associated Press", "أسوشيتد برس", "أسوشيتدبرس", "Ассошиэйтед Пресс", "美联社", "美聯社"]),
    ("dpa", ["dpa", "dpa-AFX", "Deutsche Presse-Agentur", "د ب أ", "د.ب.أ", "ДПА", "德新社"]),
    ("Xinhua", ["Xinhua", "新华社", "新華社", "新华网", "شينخوا", "Синьхуа", "신화통신"]),
    ("TASS", ["TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС", "塔斯社", "تاس", "타스통신"]),
    ("RIA Novosti", ["RIA Novosti", "РИА Новости", "РИА «Новости»", "ريا نوفوستي", "俄新社"]),
    ("Interfax", ["Interfax", "Интерфакс", "国际文传电讯社"]),
    ("Anadolu", ["Anadolu Agency", "Anadolu Ajansı", "Anadolu", "AA", "الأناضول", "Анадолу", "آناتولی"]),
    ("EFE", ["EFE", "Agencia EFE"]), ("ANSA", ["ANSA"]), ("Lusa", ["Lusa", "Agência Lusa"]),
    ("Europa Press", ["Europa Press"]), ("Belga", ["Belga"]), ("ANP", ["ANP"]), ("APA", ["APA"]),
    ("Keystone-SDA", ["SDA"]),
    ("PAP", ["PAP"]), ("ČTK", ["ČTK"]), ("MTI", ["MTI"]), ("Agerpres", ["Agerpres", "AGERPRES"]),
    ("BTA", ["BTA", "БТА"]),
    ("Tanjug", ["Tanjug", "Танјуг"]), ("HINA", ["Hina", "HINA"]),
    ("Ukrinform", ["Ukrinform", "Укринформ", "Укрінформ"]),
    ("Kyodo", ["Kyodo", "共同通信", "共同社", "共同"]), ("Jiji", ["Jiji Press", "時事通信"]),
    ("Yonhap", ["Yonhap", "연합뉴스", "韩联社", "聯合ニュース"]), ("KCNA", ["KCNA", "조선중앙통신", "朝中社"]),
    ("PTI", ["PTI", "पीटीआई"]), ("ANI", ["ANI"]), ("APP", ["APP"]), ("BSS", ["BSS"]),
    ("Bernama", ["Bernama", "BERNAMA"]),
    ("Antara", ["ANTARA", "Antara"]), ("VNA", ["TTXVN", "VNA"]), ("IRNA", ["IRNA", "ایرنا", "إرنا"]),
    ("ISNA", ["ISNA", "ایسنا"]), ("Mehr", ["Mehr News", "مهر نیوز"]), ("Tasnim", ["Tasnim", "تسنیم", "تسنيم"]),
    ("SPA", ["SPA", "واس"]), ("WAM", ["WAM", "وام"]), ("MENA", ["MENA", "أ ش أ", "أ.ش.أ"]),
    ("Petra", ["Petra", "بترا"]),
    ("SANA", ["SANA", "سانا"]), ("WAFA", ["WAFA", "وفا"]), ("KUNA", ["KUNA", "كونا"]), ("QNA", ["QNA", "قنا"]),
    ("Kazinform", ["Kazinform", "Казинформ", "ҚазАқпарат"]), ("Azertac", ["AZERTAC", "АЗЕРТАДЖ", "AZƏRTAC"]),
    ("NAN", ["NAN"]), ("GNA", ["GNA"]), ("KNA", ["KNA"]), ("PANA", ["PANA"]), ("IANS", ["IANS"]), ("UNI", ["UNI"]),
  ]

  /// The agency that a piece of text names and nothing else, but for what stands around names: `(Reuters)`, `dpa/ab`,
  /// `/TASS/`.
  static func named(by text: Substring) -> String? {
    let name = text.trimmed { !$0.isLetter }
    return byName[String(name)]
  }

  /// The agency whose name begins a piece of text and is not only the start of a word; for scripts without spaces.
  static func beginning(_ text: Substring) -> String? {
    let start = text.unicodeScalars.prefix(6).prefix { (0x2E80...0x9FFF).contains($0.value) }
    for length in stride(from: start.count, through: 2, by: -1) {
      if let agency = byName[String(Substring(start.prefix(length)))] { return agency }
    }
    return nil
  }

  private static let byName: [String: String] = Dictionary(
    all.flatMap { entry in entry.names.map { ($0, entry.agency) } }, uniquingKeysWith: { first, _ in first })
}

extension Substring {
  /// Without the characters at both ends that `isBorder` says.
  func trimmed(_ isBorder: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isBorder(last) { text.removeLast() }
    return text.drop(while: isBorder)
  }
}
