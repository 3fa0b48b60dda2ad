/// Items in classes that grow together: union and find, with halved paths (Tarjan 1975).
struct DisjointSets {
  private var parents: [Int32]

  /// Items from 0, each in a class of its own.
  init(count: Int) { parents = (0..<count).map { Int32(truncatingIfNeeded: $0) } }

  /// Adds an item with a class of its own, and returns its number.
  mutating func add() -> Int {
    parents.append(Int32(truncatingIfNeeded: parents.count))
    return parents.count - 1
  }

  /// The smallest item of an item's class.
  mutating func root(of item: Int) -> Int {
    var item = Int32(truncatingIfNeeded: item)
    while parents[Int(item)] != item {
      parents[Int(item)] = parents[Int(parents[Int(item)])]
      item = parents[Int(item)]
    }
    return Int(item)
  }

  /// Makes one class of those of two items.
  mutating func join(_ a: Int, _ b: Int) {
    let (x, y) = (root(of: a), root(of: b))
    parents[max(x, y)] = Int32(truncatingIfNeeded: min(x, y))
  }

  /// The classes of two items or more, each in ascending order, by their first items.
  mutating func classes() -> [[Int]] {
    var places: [Int: Int] = [:]
    var classes: [[Int]] = []
    for item in parents.indices {
      let root = root(of: item)
      guard root != item else { continue }
      if let place = places[root] {
        classes[place].append(item)
      } else {
        places[root] = classes.count
        classes.append([root, item])
      }
    }
    return classes.sorted { $0[0] < $1[0] }
  }
}
