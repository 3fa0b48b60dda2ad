import Foundation

/// What went wrong with a bundle: a code for programs, a sentence for people, and where it happened.
///
/// The text never quotes the content of a document; names that come from outside are printed with everything
/// but printable ASCII escaped, so that a hostile file cannot write to a terminal.
public struct BundleError: Error, Sendable, Equatable {
  /// The kind of an error. The set is open: later versions add codes, so switch with a default.
  public struct Code: RawRepresentable, Hashable, Sendable, Codable {
    /// The code as it is printed and put into JSON, such as "damaged-member".
    public let rawValue: String

    /// Wraps a code; the known ones are the static members.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The file is no ZIP file, or its end is missing.
    public static let notABundle = Code(rawValue: "not-a-bundle")
    /// A ZIP file, but one that uses what bundles do not allow: encryption, links, comments and the like.
    public static let outsideProfile = Code(rawValue: "outside-profile")
    /// The ZIP directory contradicts itself, the local headers or the size of the file.
    public static let damagedDirectory = Code(rawValue: "damaged-directory")
    /// A member's content does not inflate, or has another size, CRC-32 or SHA-256 than promised.
    public static let damagedMember = Code(rawValue: "damaged-member")
    /// A member's name could harm the system that unpacks it, or collides with another one.
    public static let unsafeName = Code(rawValue: "unsafe-name")
    /// A number is over one of `BundleLimits`.
    public static let limit = Code(rawValue: "limit")
    /// There is no member of that name.
    public static let unknownMember = Code(rawValue: "unknown-member")
    /// A member is in the file, but not in `datapackage.json`.
    public static let unlistedMember = Code(rawValue: "unlisted-member")
    /// A member is in `datapackage.json`, but not in the file.
    public static let missingMember = Code(rawValue: "missing-member")
    /// `datapackage.json` is missing or says nothing usable about a member.
    public static let badManifest = Code(rawValue: "bad-manifest")
    /// `index.json` is missing, malformed or points outside the members.
    public static let badIndex = Code(rawValue: "bad-index")
    /// There is no document of that id.
    public static let unknownDocument = Code(rawValue: "unknown-document")
    /// A line of `documents/` is no document.
    public static let badDocument = Code(rawValue: "bad-document")
    /// A signature is malformed or does not fit, or nobody who is trusted has signed.
    public static let untrusted = Code(rawValue: "untrusted")
    /// A program that is needed is not installed.
    public static let missingProgram = Code(rawValue: "missing-program")
    /// A program that was asked to do something refused.
    public static let programFailed = Code(rawValue: "program-failed")
    /// Unpacking would overwrite something, or leave the target folder through a link.
    public static let exists = Code(rawValue: "exists")
    /// What the caller handed over cannot go into a bundle: a line with a line break, a reserved key.
    public static let invalidInput = Code(rawValue: "invalid-input")
    /// The writer was used after it finished, failed or was aborted.
    public static let closed = Code(rawValue: "closed")
    /// No space or no quota is left.
    public static let diskFull = Code(rawValue: "disk-full")
    /// Any other refusal of the operating system.
    public static let io = Code(rawValue: "io")
  }

  /// The kind of the error.
  public var code: Code
  /// What is wrong, why, and what to do; complete without `member` and `path`.
  public var message: String
  /// The member concerned, escaped for printing, if it is about one.
  public var member: String?
  /// The file concerned, if known.
  public var path: String?

  /// Describes an error.
  public init(_ code: Code, _ message: String, member: String? = nil, path: String? = nil) {
    self.code = code
    self.message = message
    self.member = member
    self.path = path
  }

  /// The same error with the file's path, unless it has one.
  func at(_ path: String) -> BundleError {
    var error = self
    error.path = error.path ?? path
    return error
  }
}

extension BundleError: CustomStringConvertible, LocalizedError {
  /// `path: error[code]: message`, as the command line prints it.
  public var description: String { (path.map { "\($0): " } ?? "") + "error[\(code.rawValue)]: \(message)" }

  /// The same as `description`.
  public var errorDescription: String? { description }
}

extension BundleError {
  /// What the operating system refused, with advice that fits the reason.
  ///
  /// - Parameters:
  ///   - action: what was tried, as it follows "cannot", such as "write".
  ///   - path: the file as the user knows it, even when a temporary one was meant.
  ///   - number: the value of `errno`.
  static func system(_ action: String, _ path: String, errno number: Int32) -> BundleError {
    let advice =
      switch number {
      case ENOSPC, EDQUOT: "free some space or choose another place, then try again"
      case EACCES, EPERM, EROFS: "check the permissions, or choose another place"
      case ENOENT, ENOTDIR: "check the path; its folder must exist"
      case EFBIG: "the file system or 'ulimit -f' allows no larger file; choose another place"
      case EMFILE, ENFILE: "too many files are open; raise 'ulimit -n'"
      case ENAMETOOLONG: "choose a shorter name"
      default: "check the disk, then try again"
      }
    let reason = String(cString: strerror(number))
    let code: Code = number == ENOSPC || number == EDQUOT ? .diskFull : .io
    return BundleError(code, "cannot \(action): \(reason); \(advice)", path: path)
  }
}

/// A name from outside, fit for a terminal: printable ASCII stays, other bytes become `\xNN`, long ones are cut.
func printable(_ name: some Sequence<UInt8>) -> String {
  var text: [UInt8] = []
  for byte in name {
    if text.count >= 100 { return String(decoding: text, as: UTF8.self) + "…" }
    switch byte {
    case 0x20...0x7E where byte != UInt8(ascii: "\\"): text.append(byte)
    case UInt8(ascii: "\\"): text += "\\\\".utf8
    default: text += ("\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
    }
  }
  return String(decoding: text, as: UTF8.self)
}
