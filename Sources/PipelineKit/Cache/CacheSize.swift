import Foundation

/// Sizes as people write them: "500 MB", "8GiB".
public enum CacheSize {
  private static let units: [(name: String, bytes: Double)] = [
    ("TiB", 0x1p40), ("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10),
    ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3),
    ("T", 0x1p40), ("G", 0x1p30), ("M", 0x1p20), ("K", 0x1p10), ("B", 1),
  ]

  /// The bytes of a number, with a decimal point or not, and a unit: B; kB, MB, GB, TB by thousands; K, M, G, T or KiB,
  /// MiB, GiB, TiB by 1024. Without a unit it is bytes. Upper or lower case is the same. nil if it is no such text.
  public static func bytes(_ text: String) -> Int? {
    let text = text.filter { $0 != " " }.lowercased()
    let unit = units.first { text.hasSuffix($0.name.lowercased()) }
    let digits = text.dropLast(unit?.name.count ?? 0)
    // `Double` also reads "1e9", "0x10" and "inf", which nobody means.
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isWholeNumber || $0 == ".") }),
      let number = Double(digits)
    else { return nil }
    return Int(exactly: (number * (unit?.bytes ?? 1)).rounded())
  }

  /// A size for people: "8.0 GiB", "12 bytes".
  public static func text(_ bytes: Int) -> String {
    guard let unit = units.prefix(4).first(where: { Double(bytes) >= $0.bytes }) else {
      return bytes == 1 ? "1 byte" : "\(bytes) bytes"
    }
    return String(format: "%.1f \(unit.name)", Double(bytes) / unit.bytes)
  }
}
