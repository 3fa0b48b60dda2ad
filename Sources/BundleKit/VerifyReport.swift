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
  }

  /// "sha256:" and the hash of `datapackage.json`; `nil` if that cannot be read.
  public let id: String?
  /// How many members were checked.
  public let members: Int
  /// How many bytes the directory promises, uncompressed.
  public let bytes: Int
  /// All that is wrong, in the order of the file; what the manifest lists in vain comes last.
  public let findings: [Finding]

  /// Whether nothing is wrong.
  public var isWhole: Bool { findings.isEmpty }
}
