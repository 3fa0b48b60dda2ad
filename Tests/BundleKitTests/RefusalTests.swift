import Foundation
import Testing

@testable import BundleKit

/// One hand-made file for each rule of strict opening.
@Suite struct RefusalTests {
  /// A file, and what must be said of it.
  struct Case: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let code: BundleError.Code
    let message: String
    var testDescription: String { message }

    init(_ code: BundleError.Code, _ message: String, _ bytes: [UInt8]) {
      (self.bytes, self.code, self.message) = (bytes, code, message)
    }
  }

  private static let again = "; get the bundle again from where it came"
  private static let pack = ", which bundles do not allow; pack it again as a bundle"

  static let wholeFile: [Case] = [
    Case(.notABundle, "it has 3 bytes, fewer than the smallest ZIP file", [1, 2, 3]),
    Case(.notABundle, "it is not a ZIP file\(again)", [UInt8](repeating: 7, count: 100)),
    Case(.notABundle, "its end is missing, so it was cut off\(again)", Array(forge([.init()]).dropLast())),
    Case(.damagedDirectory, "9 bytes follow its end\(again)", forge([.init()]) + Array("some junk".utf8)),
    Case(
      .damagedDirectory, "9 bytes too many stand before its first member or after its directory\(again)",
      Array("some junk".utf8) + forge([.init()])),
    Case(
      .outsideProfile, "it has a comment of 4 bytes\(pack)",
      forge([.init()]) { $0.set(4 as UInt16, at: 20) } + Array("text".utf8)),
    Case(
      .damagedDirectory, "it announces a comment of which nothing is there\(again)",
      forge([.init()]) { $0.set(4 as UInt16, at: 20) }),
    Case(.outsideProfile, "it is one of several volumes\(pack)", forge([.init()]) { $0.set(1 as UInt16, at: 4) }),
    Case(
      .damagedDirectory, "its two counts of members differ\(again)",
      forge([.init()]) { $0.set(2 as UInt16, at: 8) }),
    Case(
      .damagedDirectory, "entry 2 of its directory is cut off or is none\(again)",
      forge([.init()]) { for position in [8, 10] { $0.set(2 as UInt16, at: position) } }),
    Case(
      .damagedDirectory, "51 bytes follow the last entry of its directory\(again)",
      forge([.init(), .init("b.txt")]) { for position in [8, 10] { $0.set(1 as UInt16, at: position) } }),
    Case(
      .damagedDirectory, "its directory runs past its end\(again)", forge([.init()]) { $0.set(UInt32.max - 1, at: 16) }),
    Case(
      .damagedDirectory, "its end refers to ZIP64 records that are not there\(again)",
      forge([.init()]) { $0.set(UInt32.max, at: 16) }),
    Case(
      .damagedDirectory, "its end refers to ZIP64 records that are not there\(again)",
      forge([.init()]) { for position in [8, 10] { $0.set(UInt16.max, at: position) } }),
    Case(
      .damagedDirectory, "5 bytes that belong to nothing stand before the directory\(again)",
      forge([.init()], beforeDirectory: Array("extra".utf8))),
  ]

  static let places: [Case] = [
    Case(
      .damagedDirectory, "5 bytes that belong to nothing stand before member 'b.txt'\(again)",
      forge([.init(), gap("b.txt")])),
    Case(
      .damagedDirectory, "5 bytes that belong to nothing stand before member 'a.txt'\(again)", forge([gap("a.txt")])),
    Case(
      .damagedDirectory, "member 'b.txt' overlaps the one before it\(again)",
      forge([.init(), ForgedMember("b.txt").settingCentral(0, at: 42)])),
    Case(
      .damagedDirectory, "member 'b.txt' has no header where the directory says\(again)",
      forge([.init(), edited("b.txt") { $0[0] = 0 }])),
    Case(
      .damagedDirectory, "member 'a.txt' runs into the directory\(again)",
      forge([ForgedMember().setting(13 as UInt32, at: 18).setting(13 as UInt32, at: 22)])),
    Case(
      .damagedDirectory, "member 'a.txt' is stored, but its two sizes differ\(again)",
      forge([ForgedMember().setting(13 as UInt32, at: 22)])),
  ]

  static let localHeaders: [Case] =
    [
      (2, "set of flags"), (8, "method"), (10, "date"), (12, "date"), (14, "checksum"), (18, "compressed size"),
      (22, "size"),
    ].map { position, what in
      let at = position == 2 ? 6 : position
      return Case(
        .damagedDirectory, "member 'a.txt' has another \(what) in its own header\(again)",
        forge([edited("a.txt") { $0[at] ^= 8 }]))
    } + [
      Case(
        .damagedDirectory, "member 'a.txt' has another version in its own header\(again)",
        forge([edited("a.txt") { $0[4] = 10 }])),
      Case(.damagedDirectory, "member 'a.txt' has another name in its own header\(again)", forge([renamed("b.txt")])),
      Case(.damagedDirectory, "member 'a.txt' has another name in its own header\(again)", forge([renamed("../../x")])),
      Case(
        .damagedDirectory, "member 'a.txt' has another extra field in its own header\(again)",
        forge([extra(local: [1, 0, 0, 0], central: [])])),
    ]

  static let features: [Case] = [
    Case(.outsideProfile, "member 'a.txt' is encrypted\(pack)", forge([ForgedMember().setting(1 as UInt16, at: 6)])),
    Case(
      .outsideProfile, "member 'a.txt' is encrypted\(pack)", forge([ForgedMember().setting(0x2000 as UInt16, at: 6)])),
    Case(
      .outsideProfile, "member 'a.txt' has its sizes after its data (a data descriptor)\(pack)",
      forge([ForgedMember().setting(8 as UInt16, at: 6)])),
    Case(
      .outsideProfile, "member 'a.txt' has the flags 0x4000\(pack)",
      forge([ForgedMember().setting(0x4800 as UInt16, at: 6)])),
    Case(
      .outsideProfile, "member 'a.txt' is compressed with method 93 instead of deflate (8)\(pack)",
      forge([ForgedMember().setting(93 as UInt16, at: 8)])),
    Case(
      .outsideProfile, "member 'a.txt' demands version 63 of the ZIP format\(pack)",
      forge([ForgedMember().setting(63 as UInt16, at: 4)])),
    Case(.outsideProfile, "member 'a.txt' has a comment\(pack)", forge([commented()])),
    Case(.outsideProfile, "member 'a.txt' is a symbolic link\(pack)", forge([mode(0o120777)])),
    Case(.outsideProfile, "member 'a.txt' is a folder\(pack)", forge([mode(0o040755)])),
    Case(.outsideProfile, "member 'a.txt' is a device, pipe or socket\(pack)", forge([mode(0o060644)])),
    Case(
      .outsideProfile, "member 'a.txt' has a set-user, set-group or sticky bit\(pack)", forge([mode(0o104755)])),
    Case(
      .outsideProfile, "member 'a.txt' is a folder\(pack)", forge([ForgedMember().settingCentral(0x10, at: 38)])),
    Case(
      .outsideProfile, "member 'a.txt' is a device or a volume label\(pack)",
      forge([ForgedMember().settingCentral(0x08, at: 38)])),
    Case(
      .outsideProfile, "member 'a.txt' was made for system 7, not for Unix or Windows\(pack)",
      forge([ForgedMember().settingCentral(0x0014_0714, at: 4)])),
    Case(
      .outsideProfile, "member 'a.txt' lies on another volume\(pack)",
      forge([ForgedMember().settingCentral(1, at: 34)])),
    Case(
      .outsideProfile, "member 'a.txt' has an extra field (0x5455)\(pack)",
      forge([extra(local: [0x55, 0x54, 0, 0], central: [0x55, 0x54, 0, 0])])),
    Case(
      .damagedDirectory, "member 'a.txt' has a ZIP64 field that does not fit its header\(again)",
      forge([extra(local: [1, 0, 0, 0], central: [1, 0, 0, 0])])),
    Case(
      .damagedDirectory, "member 'a.txt' has a ZIP64 field that does not fit its header\(again)",
      forge([ForgedMember().setting(UInt32.max, at: 22)])),
  ]

  @Test(arguments: wholeFile + places + localHeaders + features)
  func refused(file: Case) throws {
    let error = try openingError(file.bytes, in: try Scratch())
    #expect(error?.code == file.code)
    #expect(error?.message == file.message)
  }

  @Test func theForgeIsSoundByItself() async throws {
    let scratch = try Scratch()
    let url = try scratch.file("a.zip", forge([.init(), .init("b/c.txt", "more")]))
    let reader = try BundleReader(at: url)
    #expect(reader.members.map(\.name) == ["a.txt", "b/c.txt"])
    #expect(try reader.read("b/c.txt") == Data("more".utf8))
  }

  @Test func hostileZip64NumbersDoNotOverflow() throws {
    for number in [UInt64.max, UInt64(Int64.max), UInt64(Int64.max) + 1, UInt64(UInt32.max)] {
      var field: [UInt8] = [1, 0, 8, 0]
      field.append(number: number)
      var member = ForgedMember().setting(UInt32.max, at: 22).setting(45 as UInt16, at: 4)
      member.centralExtra = field
      let error = try openingError(forge([member]), in: try Scratch())
      #expect(error?.code == .limit)
      var far = ForgedMember().settingCentral(UInt32.max, at: 42).setting(45 as UInt16, at: 4)
      far.centralExtra = field
      let place = try openingError(forge([far]), in: try Scratch())
      #expect(place?.message.hasPrefix("\(number) bytes that belong to nothing stand before member 'a.txt'") == true)
    }
  }

  @Test func anotherVersionOfTheFormatIsRefused() async throws {
    let manifest = ForgedMember("datapackage.json", #"{"resources":[],"bundleVersion":2}"#)
    let scratch = try Scratch()
    let reader = try BundleReader(at: try scratch.file("a.zip", forge([manifest])))
    #expect(
      await reader.verify().findings.first?.message
        == "the bundle is of version 2 of the format, this toolkit knows version 1; get a newer one")
  }

  @Test func limitsAreNamedAndCanBeRaised() throws {
    let scratch = try Scratch()
    let two = forge([.init(), .init("b.txt")])
    let trust = "if you trust where it comes from, raise the limit"
    #expect(
      try openingError(two, in: scratch, limits: BundleLimits(members: 1))?.message
        == "it has 2 members, the limit is 1 members; \(trust)")
    #expect(
      try openingError(two, in: scratch, limits: BundleLimits(memberBytes: 11))?.message
        == "member 'a.txt' has 12 bytes, the limit is 11 bytes a member; \(trust)")
    #expect(
      try openingError(two, in: scratch, limits: BundleLimits(totalBytes: 23))?.message
        == "its members have more bytes in all, the limit is 23 bytes; \(trust)")
    #expect(
      try openingError(two, in: scratch, limits: BundleLimits(members: 2, totalBytes: 24, memberBytes: 12)) == nil)
  }

  @Test func limitsWithoutBoundsDoNotCrash() throws {
    let limits = BundleLimits(members: .max, totalBytes: .max, memberBytes: .max, ratio: .max, manifestBytes: .max)
    var field: [UInt8] = [1, 0, 8, 0]
    field.append(number: UInt64(Int64.max))
    var member = ForgedMember().setting(UInt32.max, at: 22).setting(45 as UInt16, at: 4).setting(8 as UInt16, at: 8)
    member.centralExtra = field
    #expect(try openingError(forge([member]), in: try Scratch(), limits: limits)?.code == .limit)
  }

  @Test func aBombIsRefusedBeforeItIsInflated() throws {
    let bomb = ForgedMember().setting(8 as UInt16, at: 8).setting(UInt32(12 * 1032 + 1), at: 22)
    let error = try openingError(forge([bomb]), in: try Scratch())
    let what = "member 'a.txt' has 12385 bytes in 12 compressed ones, the limit is 1032 times as many"
    #expect(error?.message == "\(what); if you trust where it comes from, raise the limit")
    #expect(error?.code == .limit)
  }

  private static func edited(_ name: String, _ edit: @escaping (inout [UInt8]) -> Void) -> ForgedMember {
    var member = ForgedMember(name)
    member.editLocal = edit
    return member
  }

  private static func gap(_ name: String) -> ForgedMember {
    var member = ForgedMember(name)
    member.before = Array("extra".utf8)
    return member
  }

  private static func renamed(_ name: String) -> ForgedMember {
    var member = ForgedMember()
    member.localName = Array(name.utf8)
    return member
  }

  private static func commented() -> ForgedMember {
    var member = ForgedMember()
    member.comment = [1]
    return member
  }

  private static func mode(_ mode: UInt32) -> ForgedMember { ForgedMember().settingCentral(mode << 16, at: 38) }

  private static func extra(local: [UInt8], central: [UInt8]) -> ForgedMember {
    var member = ForgedMember()
    (member.localExtra, member.centralExtra) = (local, central)
    return member
  }
}
