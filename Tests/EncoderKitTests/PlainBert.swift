import Foundation

/// The network of `TinyModel` written out in double precision and without any trick: what the kernels must compute,
/// but for the rounding of activations.
struct PlainBert {
  let model: TinyModel
  let numbers: [String: [Float]]

  func vector(_ tokens: [Int32]) -> [Double] {
    let hidden = model.hidden
    let (words, positions, type) = (tensor("emb.word"), tensor("emb.pos"), tensor("emb.type"))
    var states = tokens.enumerated().map { position, token in
      norm(
        (0..<hidden).map {
          Double(words[Int(token) * hidden + $0]) + Double(positions[position * hidden + $0]) + Double(type[$0])
        }, "emb.ln")
    }
    for layer in 0..<model.layers {
      let prefix = "l\(layer)."
      let mixed = attention(states, prefix)
      states = zip(states, mixed).map { norm(sum($0, linear($1, prefix + "ao")), prefix + "aln") }
      states = states.map { state in
        let inner = linear(state, prefix + "fi").map { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
        return norm(sum(state, linear(inner, prefix + "fo")), prefix + "oln")
      }
    }
    let mean = (0..<hidden).map { column in states.reduce(0) { $0 + $1[column] } / Double(states.count) }
    let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return mean.map { $0 / length }
  }

  private func attention(_ states: [[Double]], _ prefix: String) -> [[Double]] {
    let size = model.hidden / model.heads
    let (queries, keys, values) = (
      states.map { linear($0, prefix + "q") }, states.map { linear($0, prefix + "k") },
      states.map { linear($0, prefix + "v") }
    )
    return queries.map { query in
      (0..<model.heads).flatMap { head -> [Double] in
        let columns = head * size..<(head + 1) * size
        let scores = keys.map { key in
          exp(columns.reduce(0) { $0 + query[$1] * key[$1] } / Double(size).squareRoot())
        }
        let total = scores.reduce(0, +)
        return columns.map { column in zip(scores, values).reduce(0) { $0 + $1.0 / total * $1.1[column] } }
      }
    }
  }

  private func tensor(_ name: String) -> [Float] { numbers[name] ?? [] }

  private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }

  private func linear(_ x: [Double], _ name: String) -> [Double] {
    let weights = tensor(name + ".w")
    return tensor(name + ".b").enumerated().map { output, bias in
      var total = Double(bias)
      for index in x.indices { total += x[index] * Double(weights[output * x.count + index]) }
      return total
    }
  }

  private func norm(_ x: [Double], _ name: String) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let (weight, bias) = (tensor(name + ".w"), tensor(name + ".b"))
    return x.indices.map { (x[$0] - mean) / (variance + 1e-12).squareRoot() * Double(weight[$0]) + Double(bias[$0]) }
  }
}
