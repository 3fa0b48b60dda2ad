extension Double {
  /// The number with four decimals, as all scores are written: more would only show how a processor rounds.
  var toFourDecimals: Double { (self * 10_000).rounded() / 10_000 }
}
