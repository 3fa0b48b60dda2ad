/// The names of the months in the languages that dates are recognised in.
///
/// Where a language inflects, the form that stands in dates comes first. Languages that give one word to two months
/// would make wrong dates: "listopad" is October in Croatian and November in Polish, see ``isAmbiguous(_:)``.
enum MonthNames {
  /// The month from 1 to 12 that a word, or two words with a space between, stands for; the text in lower case.
  static func month(_ words: String) -> Int? { months[words] }

  /// Whether the word may be another month in a language that writes a full stop after the day.
  static func isAmbiguous(_ word: String) -> Bool { word == "listopada" || word == "listopad" }

  private static let table: [String] = [
    // Spaces separate months, slashes the forms of one month, underscores join two words.
    "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct november/nov december/dec",
    "janvier/janv février/févr/fevrier mars avril/avr mai juin juillet/juil août/aout septembre octobre novembre décembre/déc/decembre",
    "januar/jänner februar/feber märz/mär april mai juni juli august september oktober/okt november dezember/dez",
    "enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic",
    "janeiro fevereiro/fev março/marco abril maio/mai junho julho agosto setembro/set outubro/out novembro dezembro/dez",
    "gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/set ottobre/ott novembre dicembre/dic",
    "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień",
    "января/январь/янв февраля/февраль/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн июля/июль/июл августа/август/авг сентября/сентябрь/сен/сент октября/октябрь/окт ноября/ноябрь/ноя/нояб декабря/декабрь/дек",
    "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень",
    "ocak şubat mart nisan mayıs/mayis haziran temmuz ağustos eylül ekim kasım/kasim aralık/aralik",
    "يناير فبراير مارس أبريل/ابريل مايو يونيو/يونيه يوليو/يوليه أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر",
    "كانون_الثاني شباط آذار/اذار نيسان أيار/ايار حزيران تموز آب/اب أيلول/ايلول تشرين_الأول/تشرين_الاول تشرين_الثاني كانون_الأول/كانون_الاول",
    "ژانویه فوریه مارس آوریل مه/می ژوئن ژوئیه اوت/آگوست سپتامبر اکتبر نوامبر دسامبر",
    "בינואר/ינואר בפברואר/פברואר במרץ/במרס/מרץ באפריל/אפריל במאי/מאי ביוני/יוני ביולי/יולי באוגוסט/אוגוסט בספטמבר/ספטמבר באוקטובר/אוקטובר בנובמבר/נובמבר בדצמבר/דצמבר",
  ]

  private static let months: [String: Int] = {
    var months: [String: Int] = [:]
    for line in table {
      for (index, names) in line.split(separator: " ").enumerated() {
        for name in names.split(separator: "/") {
          months[String(name).replacing("_", with: " ")] = index + 1
        }
      }
    }
    return months
  }()
}
