/// How much of a bundle is checked.
public enum VerifyScope: Sendable, Equatable {
  /// Every byte.
  case whole
  /// The structure, `datapackage.json` and the index, but no other content: a matter of milliseconds.
  case structure
  /// The same, and some of the other members, drawn by chance: a share of their bytes, above 0 and up to 1. With
  /// another seed, others.
  case sample(share: Double, seed: UInt64)
}

/// What checking a bundle found.
public struct VerifyReport: Sendable, Equatable, Encodable {
  /// One thing that is wrong.
  public struct Finding: Sendable, Equatable, Encodable {
    /// The kind, such as "damaged-member".
    public let code: BundleError.Code
    /// The member concerned.
    public let member: String
    /// What is wrong, and what to do.
    public let message: String
    /// The ids of the documents that are lost with a damaged member of `documents/`, as far as the index knows them.
    public var documents: [String]?
  }

  /// "sha256:" and the hash of `datapackage.json`; `nil` if that cannot be read.
  public let id: String?
  /// How many members there are.
  public let members: Int
  /// How many bytes the directory promises, uncompressed.
  public let bytes: Int
  /// How many members were read to their end.
  public let checkedMembers: Int
  /// How many bytes these promise.
  public let checkedBytes: Int
  /// All that is wrong, in the order of the file; what the manifest lists in vain comes last.
  public let findings: [Finding]

  /// Whether nothing is wrong, as far as was checked.
  public var isWhole: Bool { findings.isEmpty }
}
