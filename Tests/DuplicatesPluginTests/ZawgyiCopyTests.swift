import StageKit
import Testing

@testable import DuplicatesPlugin

@Suite struct ZawgyiCopyTests {
  /// Our own sentence, "The ferry does not sail today because of the storm.", in Unicode and as typed for Zawgyi-One.
  private let unicode = "မုန်တိုင်းကြောင့် ယနေ့ သင်္ဘော မထွက်ပါ။"
  private let zawgyi =
    "\u{1019}\u{102F}\u{1014}\u{1039}\u{1010}\u{102D}\u{102F}\u{1004}\u{1039}\u{1038}\u{1031}\u{107E}\u{1000}\u{102C}"
    + "\u{1004}\u{1039}\u{1037} \u{101A}\u{1031}\u{1014}\u{1094} \u{101E}\u{1031}\u{1018}\u{1064}\u{102C} "
    + "\u{1019}\u{1011}\u{103C}\u{1000}\u{1039}\u{1015}\u{102B}\u{104B}"

  @Test func aPageInBothEncodingsIsOneText() {
    let features = [unicode, zawgyi].map { TextFeatures(of: $0, wantsUnits: true, wantsLength: true) }
    #expect(features[0] == features[1])
    #expect(features[0].fingerprint != nil && !features[0].units.isEmpty)
  }
}
