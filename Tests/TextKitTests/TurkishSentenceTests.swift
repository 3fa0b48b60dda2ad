import Testing

@testable import TextKit

/// Sentences as Turkish papers write them: ordinals with a full stop, titles, apostrophes, quotations before "dedi".
@Suite struct TurkishSentenceTests {
  @Test(arguments: [
    // A flood: ordinals, a time, a percentage.
    "Rize'de 14 Temmuz'da başlayan sağanak, 3. gününde can aldı.¦ Saat 06.30'da taşan dere 12 evi yıktı.¦ Vali Yrd. "
      + "Kemal Soylu, yağışın yüzde 40 arttığını söyledi.",
    // A court: abbreviations of offices and a law's article.
    "İzmir 2. Ağır Ceza Mahkemesi'nde görülen dava 9 Mart'a ertelendi.¦ Av. Sevgi Ünal, TCK'nın 81. maddesini "
      + "hatırlattı.¦ Duruşmayı 30 kişi izledi.",
    // Football: a score, a minute, a league.
    "Göztepe, 1. Lig'de Çorum'u 3-1 yendi.¦ Goller 12., 45. ve 78. dakikalarda geldi.¦ Teknik direktör maçtan sonra "
      + "konuşmadı.",
    // Economy: decimals with a comma, thousands with a full stop, currencies.
    "Yıllık enflasyon %61,4 oldu.¦ Asgari ücret 22.104 TL'ye çıktı.¦ Dolar 34,2 TL'den işlem gördü.¦ Uzmanlar artış "
      + "bekliyor.",
    // A quotation that the verb takes up.
    "\"Köprü bu yıl açılacak.\" dedi bakan.¦ \"Yetişir mi?\" diye soran gazeteciye yanıt vermedi.¦ Tören iptal edildi.",
    // Professors, and addresses.
    "Prof. Dr. Aylin Tekin, Cumhuriyet Cad. No. 14'teki binada konuştu.¦ Doç. Dr. Emre Su da oradaydı.",
    // Centuries, kings, world wars.
    "Kale 16. yüzyılda yapıldı.¦ II. Mahmut döneminde onarıldı.¦ 2. Dünya Savaşı'nda depo oldu.",
    // Ends with vb. and a company.
    "Pazarda domates, biber vb. ürünler satılıyor.¦ Toprak A.Ş. ve Deniz Ltd. Şti. ihaleye girdi.¦ Sonuç yarın.",
    // Years and eras.
    "Tapınak M.Ö. 4. yüzyıldan kalma.¦ Kazı 2019'da başladı.¦ Bu yıl 3 oda daha bulundu.",
    // An abbreviated state and a ministry.
    "T.C. Sağlık Bakanlığı açıklama yaptı.¦ Aşı 81 ilde uygulanacak.¦ Ayrıntılar için bkz. ek liste.",
    // A question, an exclamation, an ellipsis.
    "Peki şimdi ne olacak?¦ Kimse bilmiyor!¦ Belki de… hiçbir şey.¦ İşçiler bekliyor.",
    // A number at the end of a sentence, before a word that opens sentences.
    "Yaralı sayısı 25.¦ Bu sayı akşam 31'e çıktı.¦ Ölenlerin sayısı ise 4.¦ Ancak arama sürüyor.",
    // Day and month in figures.
    "Seçim 31.03.2024'te yapıldı.¦ Katılım %78,1'di.¦ İtirazlar 3. gün bitti.",
    // Military ranks.
    "Tuğg. Ali Er ile Alb. Can Öz törene katıldı.¦ Org. Sami Dağ konuşma yaptı.¦ Halk alkışladı.",
  ])
  func articlesAreCutAtTheirSentences(marked: String) {
    let sample = MarkedSentences("tr", marked)
    #expect(sample.result == sample.marked)
  }

  @Test(arguments: [
    ("İSTANBUL", "istanbul"), ("Iğdır'da", "iğdır'da"), ("DİYARBAKIR", "diyarbakir"), ("Şırnak", "şırnak"),
  ])
  func capitalsWithADotLoseIt(text: String, canonical: String) {
    #expect(ContentNormalizer.canonical(text) == canonical)
  }
}
