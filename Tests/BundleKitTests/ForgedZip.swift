@testable import BundleKit

/// One member of a hand-made ZIP file: sound by default, and open to any edit of its two headers.
struct ForgedMember {
  var name: [UInt8]
  var content: [UInt8]
  /// Bytes put before its local header.
  var before: [UInt8] = []
  /// Changes the 30 bytes of the local header, and may append to them; the name follows.
  var editLocal: (inout [UInt8]) -> Void = { _ in }
  /// Changes the 46 bytes of the central record.
  var editCentral: (inout [UInt8]) -> Void = { _ in }
  var localName: [UInt8]?
  var localExtra: [UInt8] = []
  var centralExtra: [UInt8] = []
  var comment: [UInt8] = []

  init(_ name: String = "a.txt", _ content: String = "some content") {
    self.name = Array(name.utf8)
    self.content = Array(content.utf8)
  }

  /// Sets the same two bytes in both headers, at the place in the local one.
  func setting(_ value: UInt16, at position: Int) -> ForgedMember {
    var member = self
    let (local, central) = (editLocal, editCentral)
    member.editLocal = {
      local(&$0); $0.set(value, at: position)
    }
    member.editCentral = {
      central(&$0); $0.set(value, at: position + 2)
    }
    return member
  }

  /// Sets the same four bytes in both headers, at the place in the local one.
  func setting(_ value: UInt32, at position: Int) -> ForgedMember {
    setting(UInt16(value & 0xFFFF), at: position).setting(UInt16(value >> 16), at: position + 2)
  }

  /// Sets four bytes of the central record only.
  func settingCentral(_ value: UInt32, at position: Int) -> ForgedMember {
    var member = self
    let central = editCentral
    member.editCentral = {
      central(&$0); $0.set(value, at: position)
    }
    return member
  }
}

/// A ZIP file of stored members, made without the code under test.
func forge(
  _ members: [ForgedMember], beforeDirectory: [UInt8] = [], editEnd: (inout [UInt8]) -> Void = { _ in }
) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for member in members {
    file += member.before
    let offset = UInt32(file.count)
    var local = [UInt8](repeating: 0, count: 30)
    local.set(0x0403_4B50 as UInt32, at: 0)
    local.set(20 as UInt16, at: 4)
    local.set(0x0021 as UInt16, at: 12)
    local.set(slowCRC32(member.content), at: 14)
    local.set(UInt32(member.content.count), at: 18)
    local.set(UInt32(member.content.count), at: 22)
    var central = [UInt8](repeating: 0, count: 46)
    central.set(0x0201_4B50 as UInt32, at: 0)
    central.set(0x0314 as UInt16, at: 4)
    central.replaceSubrange(6..<28, with: local[4..<26])
    central.set(UInt16(member.name.count), at: 28)
    central.set(UInt16(member.centralExtra.count), at: 30)
    central.set(UInt16(member.comment.count), at: 32)
    central.set(0o100644 << 16 as UInt32, at: 38)
    central.set(offset, at: 42)
    let localName = member.localName ?? member.name
    local.set(UInt16(localName.count), at: 26)
    local.set(UInt16(member.localExtra.count), at: 28)
    member.editLocal(&local)
    member.editCentral(&central)
    file += local + localName + member.localExtra + member.content
    directory += central + member.name + member.centralExtra + member.comment
  }
  file += beforeDirectory
  var end = [UInt8](repeating: 0, count: 22)
  end.set(0x0605_4B50 as UInt32, at: 0)
  for position in [8, 10] { end.set(UInt16(members.count), at: position) }
  end.set(UInt32(directory.count), at: 12)
  end.set(UInt32(file.count), at: 16)
  editEnd(&end)
  return file + directory + end
}

extension Array<UInt8> {
  /// Overwrites bytes with a number, least significant byte first.
  mutating func set(_ value: some FixedWidthInteger, at position: Int) {
    for index in 0..<(value.bitWidth / 8) { self[position + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
}

/// CRC-32 bit by bit, as a second opinion on the library's.
func slowCRC32(_ bytes: [UInt8]) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
