import StageKit

/// The vectors of a story's units.
///
/// Every sentence of a story on two countries is near every other one. What is left without the mean of all is the single
/// fact (``UnitSimilarity/specific()``): in five reports of one visit, general sentences agree most with other reports
/// before, and the facts that all report after.
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
}
