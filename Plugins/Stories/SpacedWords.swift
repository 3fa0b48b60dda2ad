import TextKit

extension StringProtocol {
  /// The parts between spaces, tabs and line ends, by bytes: finding characters would cost many times as much.
  func spacedWords() -> [Substring] {
    Substring(self).utf8.split { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D }.map { Substring($0) }
  }

  /// Without what is no letter, mark or digit at both ends.
  func withoutMarks() -> Substring {
    let scalars = Substring(self).unicodeScalars
    guard let first = scalars.firstIndex(where: { ScalarClass.of($0).isWordPart }),
      let last = scalars.lastIndex(where: { ScalarClass.of($0).isWordPart })
    else { return "" }
    return Substring(scalars[first...last])
  }
}
