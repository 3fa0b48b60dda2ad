/// Replaces scalars as the model's training did: NFKC for single scalars, control characters away, all kinds of
/// white space and the zero-width characters to a space.
struct ScalarMap: Sendable {
  /// Number of the page of 256 scalars, 0 for those without replacements.
  private var pageOf = [UInt16](repeating: 0, count: 0x1100)
  /// Of each scalar of a page: number of its replacement plus one, or 0 for itself.
  private var pages = [UInt32](repeating: 0, count: 256)
  private var ends: [Int] = []
  private var scalars: [Unicode.Scalar] = []

  init(_ replacements: [(scalar: UInt32, by: [Unicode.Scalar])]) {
    for replacement in replacements {
      let page = Int(replacement.scalar >> 8)
      if pageOf[page] == 0 {
        pageOf[page] = UInt16(pages.count / 256)
        pages.append(contentsOf: repeatElement(0, count: 256))
      }
      scalars.append(contentsOf: replacement.by)
      ends.append(scalars.count)
      pages[Int(pageOf[page]) * 256 + Int(replacement.scalar & 0xFF)] = UInt32(ends.count)
    }
  }

  /// What stands for a scalar, or nil for the scalar itself.
  func replacement(of scalar: Unicode.Scalar) -> ArraySlice<Unicode.Scalar>? {
    let number = Int(pages[Int(pageOf[Int(scalar.value >> 8)]) * 256 + Int(scalar.value & 0xFF)])
    guard number > 0 else { return nil }
    return scalars[(number > 1 ? ends[number - 2] : 0)..<ends[number - 1]]
  }
}
