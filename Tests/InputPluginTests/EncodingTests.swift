import Foundation
import InputPlugin
import StageKit
import StageTesting
import Testing

@Suite("Encodings")
struct EncodingTests {
  static let text = "Żółć, “quoted” — Ферри 渡轮 😀.\nSecond line."

  @Test(
    arguments: [
      ("UTF-8", [], String.Encoding.utf8), ("UTF-8 with mark", [0xEF, 0xBB, 0xBF], .utf8),
      ("UTF-16LE", [0xFF, 0xFE], .utf16LittleEndian), ("UTF-16BE", [0xFE, 0xFF], .utf16BigEndian),
      ("UTF-32LE", [0xFF, 0xFE, 0, 0], .utf32LittleEndian), ("UTF-32BE", [0, 0, 0xFE, 0xFF], .utf32BigEndian),
    ] as [(String, [UInt8], String.Encoding)])
  func aByteOrderMarkDecides(name: String, mark: [UInt8], encoding: String.Encoding) async throws {
    let folder = try Folder()
    let data = try #require(Self.text.data(using: encoding))
    try folder.write("a.txt", mark + Array(data))
    let result = try await folder.read("a.txt").result
    #expect(result.quarantined.map(\.error) == [])
    #expect(result.passed.first?.text == Self.text)
    #expect(result.passed.first?.origin?.bytes == mark.count + data.count)
  }

  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
  func latinTextInUTF16NeedsNoMark(encoding: String.Encoding) async throws {
    let folder = try Folder()
    let data = try #require("The ferry sank off the coast.".data(using: encoding))
    try folder.write("a.txt", Array(data))
    #expect(try await folder.read("a.txt").result.passed.first?.text == "The ferry sank off the coast.")
  }

  @Test func otherScriptsInUTF16WithoutMarkAreNotGuessed() async throws {
    let folder = try Folder()
    let data = try #require("Паром затонул у берега. Все спасены.".data(using: .utf16LittleEndian))
    try folder.write("a.txt", Array(data))
    let error = try await folder.read("a.txt").result.onlyError
    #expect(error?.contains("iconv -f UTF-16LE -t UTF-8") == true)
  }

  @Test func halfASurrogatePairIsAnError() async throws {
    let folder = try Folder()
    try folder.write("a.txt", [0xFE, 0xFF, 0x00, 0x0A, 0xD8, 0x3D, 0x00, 0x41])
    let error = try await folder.read("a.txt").result.onlyError
    #expect(error?.hasPrefix("'a.txt' is not valid UTF-16BE at byte 4 (line 2)") == true)
  }

  @Test func allLineBreaksBecomeLineFeeds() async throws {
    let folder = try Folder()
    #expect(try await folder.read(text: "\r\n One.\r\nTwo.\rThree.\n\r\n")?.text == "One.\nTwo.\nThree.")
  }
}
