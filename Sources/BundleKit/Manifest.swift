import Foundation

/// What `datapackage.json` says of the members, as far as checking needs it.
struct Manifest: Decodable {
  static let name = "datapackage.json"

  /// One listed member.
  struct Resource: Decodable {
    let path: String
    let bytes: Int
    let hash: String
  }

  let resources: [Resource]
  /// The version of the format; absent means 1.
  private let bundleVersion: Int?

  /// Reads the file of a bundle.
  ///
  /// - Throws: when it is missing, too large, damaged, or no package that lists files with sizes and hashes.
  init(of reader: BundleReader) throws(BundleError) {
    guard let member = reader.member(Self.name) else {
      let what = "there is no \(Self.name), so nothing says what belongs to the bundle"
      throw BundleError(.badManifest, "\(what); get the bundle again from where it came", member: Self.name)
    }
    guard member.bytes <= reader.limits.manifestBytes else {
      throw .over("\(Self.name) has \(member.bytes) bytes", reader.limits.manifestBytes, "bytes", member: Self.name)
    }
    let content = try reader.content(of: member)
    do {
      self = try JSONDecoder().decode(Manifest.self, from: Data(content))
    } catch {
      let what = "\(Self.name) is no Data Package that gives path, bytes and hash of each resource"
      throw BundleError(.badManifest, "\(what); get the bundle again from where it came", member: Self.name)
    }
    guard bundleVersion ?? 1 == 1 else {
      let what = "the bundle is of version \(bundleVersion ?? 0) of the format, this toolkit knows version 1"
      throw BundleError(.outsideProfile, "\(what); get a newer one", member: Self.name)
    }
  }
}
