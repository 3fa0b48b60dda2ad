import Foundation
import Testing

@testable import BundleKit

/// Files from an enemy, one fault each: each is refused with words of its own, and nothing is written outside of the
/// target, whatever is tried with it.
@Suite struct HostileTests {
  /// A file, and how what is said of it begins.
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let message: String
    let bytes: [UInt8]
    var testDescription: String { name }

    init(_ name: String, _ message: String, _ bytes: [UInt8]) {
      (self.name, self.message, self.bytes) = (name, message, bytes)
    }

    init(_ name: String, _ message: String, _ members: [ForgedMember]) { self.init(name, message, forge(members)) }
  }

  private static func named(_ name: String) -> [ForgedMember] { [ForgedMember(name), ForgedMember("README.txt")] }

  private static func edited(_ edit: (inout ForgedMember) -> Void) -> ForgedMember {
    var member = ForgedMember()
    edit(&member)
    return member
  }

  private static let allowed = "allowed are A-Z a-z 0-9 . _ - and '/' between segments"

  static let names: [Vector] = [
    Vector("traversal", "the member name '../../evil' is not allowed: it has a segment '..'", named("../../evil")),
    Vector("inner traversal", "the member name 'a/../../evil' is not allowed", named("a/../../evil")),
    Vector("absolute path", "the member name '/evil' is not allowed: it is absolute", named("/evil")),
    Vector("drive letter", "the member name 'C:evil' is not allowed: it contains ':'; \(allowed)", named("C:evil")),
    Vector(
      "network path", #"the member name '\\\\host\\evil' is not allowed: it contains '\\'"#, named(#"\\host\evil"#)),
    Vector("NUL", #"the member name 'evil.txt\x00.jpg' is not allowed: it contains '\x00'"#, named("evil.txt\0.jpg")),
    Vector("backslash", #"the member name '..\\evil' is not allowed: it contains '\\'"#, named(#"..\evil"#)),
    Vector("device", "the member name 'aux.txt' is not allowed: 'aux' is a device on Windows", named("aux.txt")),
    Vector("stream", "the member name 'a.txt:evil' is not allowed: it contains ':'", named("a.txt:evil")),
    Vector("hidden file", "the member name '.bashrc' is not allowed: a segment starts with '.'", named(".bashrc")),
    Vector("option", "the member name '-rf' is not allowed: a segment starts with '-'", named("-rf")),
    Vector("terminal codes", #"the member name '\x1b]0;evil\x07' is not allowed"#, named("\u{1b}]0;evil\u{7}")),
    Vector("direction override", #"the member name 'a\xe2\x80\xaegpj.exe' is not allowed"#, named("a\u{202E}gpj.exe")),
    Vector(
      "case twin", "the member name 'Readme.TXT' cannot be used twice: 'README.txt' is there too and differs",
      [
        ForgedMember("README.txt"), ForgedMember("Readme.TXT"),
      ]),
    Vector(
      "NFC twin", #"the member name 'caf\xc3\xa9' is not allowed"#,
      [
        ForgedMember("caf\u{E9}"), ForgedMember("cafe\u{301}"),
      ]),
    Vector(
      "duplicate name", "the member name 'a.txt' cannot be used twice: there are two members",
      [
        ForgedMember(), ForgedMember("a.txt", "other"),
      ]),
    Vector(
      "file as folder", "the member name 'a.txt/b' cannot be used twice: 'a.txt' is a file, not a folder",
      [
        ForgedMember(), ForgedMember("a.txt/b"),
      ]),
    Vector("long name", "the member name 'aaaa", named(String(repeating: "a", count: 60_000))),
  ]

  static let structure: [Vector] = [
    Vector("link", "member 'a.txt' is a symbolic link", [ForgedMember().settingCentral(0o120777 << 16, at: 38)]),
    Vector(
      "special file", "member 'a.txt' is a device, pipe or socket",
      [
        ForgedMember().settingCentral(0o020666 << 16, at: 38)
      ]),
    Vector(
      "set-user bit", "member 'a.txt' has a set-user, set-group or sticky bit",
      [
        ForgedMember().settingCentral(0o104755 << 16, at: 38)
      ]),
    Vector(
      "overlapping members", "member 'b.txt' overlaps the one before it",
      [
        ForgedMember("a.txt", "0123456789"), ForgedMember("b.txt").settingCentral(10, at: 42),
      ]),
    Vector(
      "the same data twice", "member 'b.txt' overlaps the one before it",
      [
        ForgedMember(), ForgedMember("b.txt").settingCentral(0, at: 42),
      ]),
    Vector(
      "wrong local header", "member 'a.txt' has another name in its own header",
      [
        edited { $0.localName = Array("../..".utf8) }
      ]),
    Vector(
      "data descriptor", "member 'a.txt' has its sizes after its data", [ForgedMember().setting(8 as UInt16, at: 6)]),
    Vector(
      "data descriptor in the local header only", "member 'a.txt' has another set of flags in its own header",
      [
        edited { $0.editLocal = { $0[6] ^= 8 } }
      ]),
    Vector("encryption", "member 'a.txt' is encrypted", [ForgedMember().setting(1 as UInt16, at: 6)]),
    Vector(
      "bomb by its own numbers", "member 'a.txt' has 4000000000 bytes",
      [
        ForgedMember().setting(8 as UInt16, at: 8).setting(4_000_000_000 as UInt32, at: 22)
      ]),
    Vector(
      "ratio", "member 'a.txt' has 20000 bytes in 12 compressed ones, the limit is 1032 times",
      [
        ForgedMember().setting(8 as UInt16, at: 8).setting(20_000 as UInt32, at: 22)
      ]),
    Vector(
      "ZIP64 field missing", "member 'a.txt' has a ZIP64 field that does not fit its header",
      [
        ForgedMember().setting(UInt32.max, at: 22).setting(45 as UInt16, at: 4)
      ]),
    Vector(
      "ZIP64 field negative", "member 'a.txt' has 18446744073709551615 bytes",
      [
        edited {
          $0 = $0.setting(UInt32.max, at: 22).setting(45 as UInt16, at: 4)
          $0.centralExtra = [1, 0, 8, 0] + [UInt8](repeating: 255, count: 8)
        }
      ]),
    Vector("2^32 members", "it has 4294967296 members, the limit is 100000 members", manyMembers()),
    Vector("comment full of headers", "it has a comment of 26 bytes", commented()),
    Vector("prefix", "12 bytes too many stand before its first member", Array("#!/bin/evil\n".utf8) + forge([.init()])),
    Vector("suffix", "4 bytes follow its end", forge([.init()]) + Array("evil".utf8)),
    Vector(
      "two ZIP files in one", "120 bytes too many stand before its first member", forge([.init()]) + forge([.init("b")])
    ),
  ]

  /// The end of a file that claims 2^32 members.
  private static func manyMembers() -> [UInt8] {
    var file = forge([.init()])
    let end = EndRecord(members: 1 << 32, directoryBytes: 51, directoryOffset: 47)
    file.removeLast(22)
    return file + end.encoded(thresholds: .format)
  }

  /// A comment that looks like a directory and an end of its own.
  private static func commented() -> [UInt8] {
    // Its own end record announces a comment, too, so that a reader from either side finds an end that fits.
    let text = Array("and more text than that...".utf8)
    let inner = Array(forge([ForgedMember("../x", "")]) { $0.set(UInt16(text.count), at: 20) }.suffix(72)) + text
    return forge([.init()]) { $0.set(UInt16(inner.count), at: 20) } + inner
  }

  @Test(arguments: names + structure) func refused(vector: Vector) throws {
    let scratch = try Scratch()
    let url = try scratch.file("hostile.zip", vector.bytes)
    let target = scratch.url.appendingPathComponent("in/out")
    let error = #expect(throws: BundleError.self) { try BundleReader(at: url) }
    #expect(error?.message.hasPrefix(vector.message) == true, "\(error?.message ?? "")")
    // Words are bounded and can't steer a terminal.
    #expect((error?.description ?? "").utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    #expect((error?.description ?? "").utf8.count < 600)
    _ = try? BundleReader.salvage(url, to: target)
    #expect(try scratch.names.filter { $0 != "in" } == ["hostile.zip"])
    let inner = try? FileManager.default.contentsOfDirectory(atPath: scratch.file("in").path)
    #expect(inner == nil || inner == ["out"])
    #expect(!FileManager.default.fileExists(atPath: "/evil"))
  }

  @Test(arguments: names + structure) func refusedToWhoeverReadsAMemberOnly(vector: Vector) throws {
    let scratch = try Scratch()
    let url = try scratch.file("hostile.zip", vector.bytes)
    let error = #expect(throws: BundleError.self) {
      let reader = try BundleReader(at: url, headers: .onReading)
      for member in reader.members { _ = try reader.read(member.name) }
    }
    #expect(error?.message.hasPrefix(vector.message) == true, "\(error?.message ?? "")")
  }

  @Test func headersOfMembersThatNobodyReadsMayWait() throws {
    let scratch = try Scratch()
    let wrong = Self.edited { $0.localName = Array("../..".utf8) }
    let url = try scratch.file("a.zip", forge([wrong, ForgedMember("b.txt", "good")]))
    #expect(throws: BundleError.self) { try BundleReader(at: url) }
    let reader = try BundleReader(at: url, headers: .onReading)
    #expect(try reader.read("b.txt") == Data("good".utf8))
    let chunks = #expect(throws: BundleError.self) { try reader.chunks(of: "a.txt") }
    #expect(chunks?.message.hasPrefix("member 'a.txt' has another name in its own header") == true)
  }

  @Test func eachHasWordsOfItsOwn() {
    let messages = (Self.names + Self.structure).map(\.message)
    #expect(Set(messages).count == messages.count - 1, "overlapping members and the same data twice are one rule")
  }

  @Test func whatLiesAboutItsContentIsFoundWhenRead() throws {
    let scratch = try Scratch()
    let bomb = [UInt8](repeating: 0, count: 64 << 20)
    let packed = try #require(try bomb.withRawBytes { try Deflater.deflate($0, effort: 9) })
    var small = ForgedMember("documents/part-00001.jsonl")
    small.content = packed
    small = small.setting(8 as UInt16, at: 8).setting(1000 as UInt32, at: 22)
    let wrong = ForgedMember("b.txt").setting(7 as UInt32, at: 14)
    let reader = try BundleReader(at: try scratch.file("a.zip", forge([small, wrong])))
    let error = #expect(throws: BundleError.self) { try reader.read(reader.members[0].name) }
    #expect(error?.message.contains("it inflates to more than the 1000 bytes that the directory promises") == true)
    let checksum = #expect(throws: BundleError.self) { try reader.read("b.txt") }
    #expect(checksum?.message.contains("its content has another CRC-32 than the directory promises") == true)
    let target = scratch.url.appendingPathComponent("out")
    #expect(throws: BundleError.self) { try reader.extract(to: target, only: [reader.members[0].name]) }
    let rescue = try BundleReader.salvage(reader.url, to: scratch.url.appendingPathComponent("saved"))
    #expect(rescue.whole.isEmpty)
    #expect(rescue.damaged.map(\.kept) == [0, 0])
  }

  @Test func nestedBombsAreOnlyData() throws {
    let scratch = try Scratch()
    var inner = forge([ForgedMember("0.txt", String(repeating: "0", count: 1 << 20))])
    for depth in 1..<6 {
      let packed = try #require(try inner.withRawBytes { try Deflater.deflate($0, effort: 9) })
      var member = ForgedMember("\(depth).zip")
      member.content = packed
      member = member.setting(8 as UInt16, at: 8).setting(UInt32(inner.count), at: 22)
        .setting(inner.withRawBytes { Deflater.crc32(0, $0) }, at: 14)
      inner = forge([member])
    }
    let reader = try BundleReader(at: try scratch.file("a.zip", inner))
    try reader.extract(to: scratch.url.appendingPathComponent("out"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("out").path) == ["5.zip"])
    #expect(reader.members.count == 1)
  }
}
