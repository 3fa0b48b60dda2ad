import Foundation
import StageTesting
import Testing

@testable import TextKit

@Suite struct ContentNormalizerTests {
  @Test(arguments: [
    ("The  Bridge\r\n\tis \u{A0}closed. ", "the bridge is closed."), ("\u{FEFF}One\u{200B} two\u{AD}", "one two"),
    ("“Quoted” — ‘said’ – it", "\"quoted\" - 'said' - it"), ("« Fini »", "\" fini \""),
    ("e\u{301}te\u{301}", "été"), ("ＦＵＬＬ　１２", "full 12"), ("ﬁne", "fine"), ("STRASSE Straße", "strasse strasse"),
    ("ΟΔΟΣ οδός", "οδοσ οδόσ"), ("İSTANBUL istanbul", "istanbul istanbul"), ("I\u{307}", "i"),
    ("می\u{200C}خواهم", "میخواهم"), ("\u{200F}שלום\u{200E}", "שלום"), ("كتـــاب", "كتاب"), ("ﻛﺘﺎﺏ", "كتاب"),
    ("A\0B\u{1}C", "abc"), ("❤\u{FE0F}", "❤"), ("МОСКВА", "москва"), ("ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი"), ("", ""), (" \n ", ""),
    ("…", "..."),
  ])
  func copiesAreEqual(_ text: String, _ expected: String) {
    // By scalar: `==` on strings would let differences in form pass.
    #expect(Array(ContentNormalizer.canonical(text).unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test func differentTextsStayDifferent() {
    let texts = ["10 dead", "1 0 dead", "10 dead!", "über", "uber", "कि", "की", "สวย", "สวัย"]
    #expect(Set(texts.map { Data(ContentNormalizer.canonical($0).utf8) }).count == texts.count)
  }

  @Test func canonicalIsAFixedPoint() {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<300 {
      let once = ContentNormalizer.canonical(randomText(&generator))
      #expect(Data(ContentNormalizer.canonical(once).utf8) == Data(once.utf8))
    }
  }

  @Test func shortcutsGiveFormKC() {
    var generator = SeededRandom(seed: 3)
    for _ in 0..<300 {
      // Letters without case and without marks that are dropped or unified: nothing but the form is left to do.
      let text = randomText(&generator, blocks: [0xE01...0xE3A, 0xE81...0xEB3, 0xFF1A...0xFF20, 0x4E00...0x4E20])
      let expected = text.precomposedStringWithCompatibilityMapping
      #expect(Data(ContentNormalizer.canonical(text).utf8) == Data(expected.utf8))
    }
  }

  @Test func equalsThePlainAlgorithmOnEveryScalar() {
    for value in UInt32(0)...0x3FFFF {
      guard let scalar = Unicode.Scalar(value), value < 0x20000 || value % 16 == 0 else { continue }
      expectPlain("A\(scalar)b")
    }
  }

  @Test func equalsThePlainAlgorithmOnAnyText() {
    var generator = SeededRandom(seed: 5)
    for _ in 0..<4000 { expectPlain(randomText(&generator)) }
  }

  @Test func equalsThePlainAlgorithmWhereScalarsMeet() {
    // What composes, blocks, reorders, folds into a space or an i, is left out, or is long.
    let odd = [
      "a", "I", "i", "e", " ", "\t", "\0", "\u{AD}", "\u{200D}", "\u{FE0F}", "\u{307}", "\u{301}", "\u{323}", "\u{130}",
      "Ｉ", "Ⅰ",
      "˙", "´", "½", "…", "ß", "Σ", "ς", "“", "–", "ﷺ", "ﬁ", "é", "\u{5B0}", "\u{5BC}", "\u{64B}", "\u{651}", "ا",
      "\u{654}",
      "\u{BC6}", "\u{BBE}", "\u{BD7}", "\u{B92}", "\u{CC6}", "\u{CC2}", "\u{CD5}", "\u{DD9}", "\u{DCF}", "\u{DCA}",
      "\u{D46}",
      "\u{D3E}", "\u{1025}", "\u{102E}", "\u{1037}", "क", "\u{93C}", "\u{94D}", "य़", "가", "\u{1100}", "\u{1161}",
      "\u{11A8}",
      "ำ", "\u{E48}", "か", "\u{3099}", "ｶ", "ﾞ", "漢", "\u{F900}", "😀", "𠀀", "\u{2F800}", "𝐈", "\u{1D165}", "\u{E0101}",
    ].map { $0.unicodeScalars }
    var generator = SeededRandom(seed: 13)
    for _ in 0..<20_000 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...7, using: &generator) { view += odd.randomElement(using: &generator) ?? view }
      expectPlain(String(view))
    }
  }

  @Test(arguments: [
    "İstanbul’da “İyi” ISPARTA ırmak I\u{307}I", "Đường phố Hà Nội — Việt Nam; Đu\u{31B}o\u{31B}\u{300}ng",
    "தமிழ்நாடு மாநிலம் கொடைக்கானல் போராட்டம்", "বাংলাদেশের রাজধানী ঢাকায় আজ যোগাযোগ", "മലയാളം വാർത്തകൾ കേരളത്തിലെ",
    "हिन्दी समाचार: सड़क पर दुर्घटना, ज़रूरी", "港口开放，“八十艘”船只……等候！ＡＢＣ　１２３", "木曜日に（再び）開き、ﾊﾟｿｺﾝ①㈱", "방송 뉴스 한국어 각",
    "ท่าเรือเปิดอีกครั้งในวันพฤหัสบดีที่ผ่านมาน้ำท่วม", "مُحَمَّد العربـــية ﻛﺘﺎﺏ ٪٥ لا", "שָׁלוֹם עולם — ״ציטוט״", "Ελλάδα ΟΔΟΣ ὀδός",
    "№ 5 — Москва, ½ км² ™ ª º", "ಕನ್ನಡ ಸುದ್ದಿ ಕೊಡಗು", "සිංහල පුවත් කොළඹ", "မြန်မာသတင်း ဦး", "ქართული ᲐᲑᲒ", "Աշխարհ և",
  ])
  func equalsThePlainAlgorithmInManyLanguages(_ text: String) {
    expectPlain(text)
    expectPlain(text.decomposedStringWithCanonicalMapping)
    expectPlain(text.decomposedStringWithCompatibilityMapping + "\n" + text.uppercased())
  }

  private func expectPlain(_ text: String) {
    let expected = PlainNormalizer.canonical(text)
    guard !ContentNormalizer.canonical(text).utf8.elementsEqual(expected.utf8) else { return }
    Issue.record("\(text.unicodeScalars.map { String($0.value, radix: 16) }) becomes another text")
  }

  @Test func stableScalarsAreTheirOwnForm() {
    for value in UInt32(0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value), UnicodeForm.isStable(scalar) else { continue }
      let text = String(Character(scalar))
      let isSame = Array(text.precomposedStringWithCompatibilityMapping.unicodeScalars) == [scalar]
      let isStarter = scalar.properties.canonicalCombiningClass == .notReordered
      if !isSame || !isStarter { Issue.record("U+\(String(value, radix: 16)) is not stable") }
    }
  }

  @Test func scalarsThatOnlyFormKCReplacesAreTheirOwnFormC() {
    var number = 0
    for value in UInt32(0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value), UnicodeForm.isCompatible(scalar) else { continue }
      number += 1
      // Behind a letter, since what composes with the scalar before it would not be in form by itself.
      let text = "a\(scalar)"
      #expect(Array(text.precomposedStringWithCanonicalMapping.unicodeScalars) == ["a", scalar])
      #expect(scalar.properties.canonicalCombiningClass == .notReordered)
    }
    #expect(number > 100)
  }

  @Test func formCEqualsThatOfFoundation() {
    var generator = SeededRandom(seed: 11)
    for _ in 0..<1000 { expectFormC(of: randomText(&generator)) }
  }

  /// All that is made of parts, whole and in its parts, in any order and with more marks behind it.
  @Test func formCOfAllCompositionsEqualsThatOfFoundation() {
    var generator = SeededRandom(seed: 12)
    let marks: [Unicode.Scalar] = [
      "\u{301}", "\u{323}", "\u{94D}", "\u{3099}", "\u{64B}", "\u{E38}", "\u{345}", "\u{9BE}",
    ]
    for value in UInt32(0xC0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value), !(0xAC00...0xD7A3).contains(value) || value % 97 == 0 else { continue }
      // Foundation does not put marks in order before these two.
      if value == 0xF75 || value == 0xF81 { continue }
      // Swift's library and Foundation may know different versions of Unicode.
      guard let age = scalar.properties.age, age.major <= 15 else { continue }
      let own = String(Character(scalar))
      let parts = Array(own.decomposedStringWithCanonicalMapping.unicodeScalars)
      guard parts != [scalar] || scalar.properties.canonicalCombiningClass != .notReordered else { continue }
      let mark = marks[Int(generator.next() % UInt64(marks.count))]
      expectFormC(of: "a\(own) \(String(scalars: parts))\(mark) \(own)\(mark)\n\(mark)\(own)")
      if let first = parts.first { expectFormC(of: String(scalars: [first, mark] + parts.dropFirst().reversed())) }
    }
  }

  @Test func marksGoBeforeOthersByTheirClass() {
    let composed = UnicodeForm.nfc("a\u{301}\u{F75}")
    #expect(composed.unicodeScalars.map(\.value) == [0xE1, 0xF71, 0xF74])
  }

  private func expectFormC(of text: String) {
    let expected = text.precomposedStringWithCanonicalMapping
    guard !UnicodeForm.nfc(text).utf8.elementsEqual(expected.utf8) else { return }
    Issue.record("\(text.unicodeScalars.map { String($0.value, radix: 16) }) becomes another text")
  }
}

/// Blocks with much that forms change.
private let manyBlocks: [ClosedRange<UInt32>] = [
  0x20...0x7E, 0xA0...0x17F, 0x300...0x345, 0x370...0x3FF, 0x400...0x45F, 0x591...0x5F4, 0x621...0x670, 0x900...0x97F,
  0x980...0x9CD, 0xB85...0xBD7, 0xC4A...0xCD6, 0xDC0...0xDDF, 0xE01...0xE4B, 0xEB0...0xEDD, 0x1025...0x103A,
  0x1100...0x11C2, 0x1E00...0x1FFE, 0x2000...0x2060, 0x3041...0x30FF, 0xAC00...0xAC40, 0xFB00...0xFB4F,
  0xFF01...0xFF9F,
]

/// Letters and marks in an order that no writer would choose.
private func randomText(_ generator: inout SeededRandom, blocks: [ClosedRange<UInt32>] = manyBlocks) -> String {
  var view = String.UnicodeScalarView()
  let own = blocks.randomElement(using: &generator) ?? 0x20...0x7E
  for _ in 0..<Int.random(in: 0...24, using: &generator) {
    let isForeign = Int.random(in: 0..<4, using: &generator) == 0
    let block = isForeign ? blocks.randomElement(using: &generator) ?? own : own
    guard let scalar = Unicode.Scalar(UInt32.random(in: block, using: &generator)) else { continue }
    view.append(scalar)
  }
  return String(view)
}
