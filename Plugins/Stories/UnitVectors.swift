import StageKit

/// The vectors of a story's units.
enum UnitVectors {
  /// The mean of the vectors of each unit's sentences, at norm 1.
  ///
  /// - Parameter vectors: centred vectors of the material's sentences, one row each.
  static func of(_ material: StoryMaterial, _ vectors: Matrix) -> Matrix {
    var values = [Float](repeating: 0, count: material.units.count * vectors.columns)
    for (index, unit) in material.units.enumerated() {
      var sum = [Float](repeating: 0, count: vectors.columns)
      for sentence in unit.sentences { VectorMath.add(vectors[row: sentence], to: &sum) }
      if unit.sentences.count > 1 { sum = VectorMath.normalized(sum) }
      values.replaceSubrange(index * vectors.columns..<(index + 1) * vectors.columns, with: sum)
    }
    return Matrix(rows: material.units.count, columns: vectors.columns, values: values)
  }

  /// The vectors without what all of them share, at norm 1.
  ///
  /// Every sentence of a story on two countries is near every other one; what is left is the single fact. In five
  /// reports of one visit, general sentences agree most with other reports before, and the facts that all report after.
  static func specific(_ units: Matrix) -> Matrix {
    guard units.rows > 2 else { return units }
    var mean = [Float](repeating: 0, count: units.columns)
    for unit in 0..<units.rows { VectorMath.add(units[row: unit], times: 1 / Float(units.rows), to: &mean) }
    var values: [Float] = []
    values.reserveCapacity(units.values.count)
    for unit in 0..<units.rows { values += LanguageCentering.centred(units[row: unit], by: mean) }
    return Matrix(rows: units.rows, columns: units.columns, values: values)
  }
}
