/// Finds texts that are equal once white space, case and typography are normalised.
///
/// Titles play no part: the same article under another headline is the same article.
enum ExactDuplicates {
  /// For each text the first one with the same fingerprint; nil for first ones, and for texts without one.
  static func links(of fingerprints: [Fingerprint?]) -> [Int?] {
    var first: [Fingerprint: Int] = [:]
    return fingerprints.enumerated().map { index, fingerprint in
      guard let fingerprint else { return nil }
      if let earlier = first[fingerprint] { return earlier }
      first[fingerprint] = index
      return nil
    }
  }
}
