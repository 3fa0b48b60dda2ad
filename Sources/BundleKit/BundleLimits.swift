/// How much a file from outside may ask of us before it is refused.
public struct BundleLimits: Sendable, Equatable {
  /// How many members a bundle may have.
  public var members: Int
  /// How many bytes all members may have together, uncompressed.
  public var totalBytes: Int
  /// How many bytes one member may have, uncompressed.
  public var memberBytes: Int
  /// How many times smaller a member may be when compressed. Deflate itself cannot exceed 1032, so what claims
  /// more is a lie about its size, and a higher limit has no effect.
  public var ratio: Int
  /// How many bytes `datapackage.json` and `index.json` may have each, which are held in memory as a whole.
  public var manifestBytes: Int
  /// How many bytes a line of a table may have: a document with all that was found out about it.
  public var lineBytes: Int

  /// 100,000 members, 10 GiB in all, 2 GiB a member, ratio 1032, a manifest of 64 MiB, lines of 512 MiB, unless told
  /// otherwise.
  public init(
    members: Int = 100_000, totalBytes: Int = 10 << 30, memberBytes: Int = 2 << 30, ratio: Int = deflateRatio,
    manifestBytes: Int = 64 << 20, lineBytes: Int = 512 << 20
  ) {
    self.members = members
    self.totalBytes = totalBytes
    self.memberBytes = memberBytes
    self.ratio = ratio
    self.manifestBytes = manifestBytes
    self.lineBytes = lineBytes
  }

  /// The most that deflate can do: 258 bytes in two bits.
  public static let deflateRatio = 1032

  /// The defaults of `init`.
  public static let standard = BundleLimits()
}
