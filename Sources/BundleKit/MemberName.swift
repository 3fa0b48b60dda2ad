/// The names that members may have: an allowlist, so that they mean the same on every system.
///
/// A name is relative, of segments parted by "/", each of ASCII letters, digits, ".", "_" and "-", and at most 200
/// bytes in all. ASCII leaves no room for Unicode twins, bidirectional tricks and code pages.
enum MemberName {
  /// The longest name, in bytes.
  static let maximumBytes = 200

  /// Names that Windows gives to devices, whatever extension follows.
  private static let devices: Set<String> = {
    var names: Set<String> = ["con", "prn", "aux", "nul"]
    for digit in 1...9 { names.formUnion(["com\(digit)", "lpt\(digit)"]) }
    return names
  }()

  /// Why a name is refused, as it follows "because"; `nil` if it is fine.
  static func fault(in name: [UInt8]) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.count > maximumBytes { return "it is \(name.count) bytes long, \(maximumBytes) are allowed" }
    if name[0] == UInt8(ascii: "/") { return "it is absolute" }
    if name.last == UInt8(ascii: "/") { return "it ends with '/', so it is a folder; only files are members" }
    var start = 0
    for end in 0...name.count where end == name.count || name[end] == UInt8(ascii: "/") {
      if let fault = fault(inSegment: name[start..<end]) { return fault }
      start = end + 1
    }
    return nil
  }

  private static func fault(inSegment segment: ArraySlice<UInt8>) -> String? {
    guard let first = segment.first, let last = segment.last else { return "it has an empty segment ('//')" }
    if segment.elementsEqual("..".utf8) { return "it has a segment '..'" }
    if let odd = segment.first(where: { !isAllowed($0) }) {
      return "it contains '\(printable(CollectionOfOne(odd)))'; allowed are A-Z a-z 0-9 . _ - and '/' between segments"
    }
    if first == UInt8(ascii: ".") { return "a segment starts with '.'" }
    if first == UInt8(ascii: "-") { return "a segment starts with '-'" }
    if last == UInt8(ascii: ".") { return "a segment ends with '.'" }
    let stem = segment.prefix { $0 != UInt8(ascii: ".") }
    guard 3...4 ~= stem.count, case let device = String(decoding: stem, as: UTF8.self).lowercased(),
      devices.contains(device)
    else { return nil }
    return "'\(device)' is a device on Windows"
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// The names of one bundle: refuses unsafe names, duplicates, names that differ in case only, and a file where
/// another member needs a folder.
struct NameRegister {
  /// Folded to lower case: what the name was.
  private var files: [String: String] = [:]
  /// Folded folders, with a member that lies in each.
  private var folders: [String: String] = [:]

  /// Takes a name, or says why it cannot be had.
  mutating func claim(_ bytes: [UInt8]) throws(BundleError) -> String {
    if let fault = MemberName.fault(in: bytes) {
      let shown = printable(bytes)
      throw BundleError(.unsafeName, "the member name '\(shown)' is not allowed: \(fault)", member: shown)
    }
    let name = String(decoding: bytes, as: UTF8.self)
    let folded = name.lowercased()
    if let twin = files[folded] {
      let how = twin == name ? "there are two members" : "'\(twin)' is there too and differs in case only"
      throw collision(name, how)
    }
    if let inside = folders[folded] { throw collision(name, "'\(inside)' needs a folder of that name") }
    for slash in bytes.indices where bytes[slash] == UInt8(ascii: "/") {
      let folder = String(decoding: bytes[..<slash], as: UTF8.self).lowercased()
      // A folder that is known is no file, or one of the two would have been refused.
      guard folders[folder] == nil else { continue }
      if let file = files[folder] { throw collision(name, "'\(file)' is a file, not a folder") }
      folders[folder] = name
    }
    files[folded] = name
    return name
  }

  private func collision(_ name: String, _ why: String) -> BundleError {
    BundleError(.unsafeName, "the member name '\(name)' cannot be used twice: \(why)", member: name)
  }
}
