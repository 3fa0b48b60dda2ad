import StageKit

/// The vectors of a story's units.
///
/// Every sentence of a story on two countries is near every other one. What is left without the mean of all is the single
/// fact (``UnitSimilarity/specific()``): in five reports of one visit, general sentences agree most with other reports
/// before, and the facts that all report after.
enum UnitVectors {
  /// The middle of units by their scores, at norm 1.
  static func middle(of units: Matrix, scores: [Float]) -> [Float] {
    var sum = [Float](repeating: 0, count: units.columns)
    for (unit, score) in scores.enumerated() { VectorMath.add(units[row: unit], times: max(0, score), to: &sum) }
    return VectorMath.normalized(sum)
  }

  /// The mean of the vectors of each unit's sentences, at norm 1.
  ///
  /// - Parameter vectors: centred vectors of the material's sentences, one row each.
  static func of(_ material: StoryMaterial, _ vectors: Matrix) -> Matrix {
    // Nothing is folded: units are the sentences.
    guard material.units.count < vectors.rows else { return vectors }
    var values: [Float] = []
    values.reserveCapacity(material.units.count * vectors.columns)
    for unit in material.units {
      if unit.sentences.count == 1 {
        values += vectors[row: unit.sentences[0]]
        continue
      }
      var sum = [Float](repeating: 0, count: vectors.columns)
      for sentence in unit.sentences { VectorMath.add(vectors[row: sentence], to: &sum) }
      values += VectorMath.normalized(sum)
    }
    return Matrix(rows: material.units.count, columns: vectors.columns, values: values)
  }
}
