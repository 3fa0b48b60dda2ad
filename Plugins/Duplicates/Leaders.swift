/// A text that stands for itself, as others are compared with it.
struct Leader: Sendable {
  /// Its rank among all texts.
  let rank: Int32
  /// How many words it has.
  let count: Int32
  /// What tells cheaply that a text is too different.
  let sketch: ParitySketch
}

/// The leaders of each band class (see ``BandClasses``).
///
/// A class holds no more than the last ``longest`` of its leaders. All texts made from one template share most
/// classes, and to look at all of them for each would take time that grows with their square. What such a text has in
/// common with its true copies shows in small classes too; and copies are published close together, which is the order
/// of ranks.
struct Leaders: Sendable {
  /// How many leaders a class holds.
  static let longest = 128

  private var leaders: [Leader] = []
  /// For each leader, who came upon it last.
  private var lastAskers: [Int32] = []
  /// For each class its last entry, or -1.
  private var last: [Int32]
  /// How many entries each class has; one more than it may hold when leaders were left out.
  private var lengths: [UInt8]
  /// Rings: each entry but the last of a class is followed by the next one, and the last by the first.
  private var entries: [(leader: Int32, next: Int32)] = []

  /// No leaders in so many classes.
  init(classes: Int) {
    last = [Int32](repeating: -1, count: classes)
    lengths = [UInt8](repeating: 0, count: classes)
  }

  subscript(number: Int32) -> Leader { leaders[Int(number)] }

  /// Adds a leader to the classes it belongs to.
  mutating func add(_ leader: Leader, to classes: [Int]) {
    leaders.append(leader)
    lastAskers.append(-1)
    let number = Int32(leaders.count - 1)
    for own in classes {
      let newest = last[own]
      if Int(lengths[own]) < Self.longest {
        let entry = Int32(entries.count)
        entries.append((number, newest < 0 ? entry : entries[Int(newest)].next))
        if newest >= 0 { entries[Int(newest)].next = entry }
        last[own] = entry
        lengths[own] += 1
      } else {
        let oldest = entries[Int(newest)].next
        entries[Int(oldest)].leader = number
        last[own] = oldest
        lengths[own] = UInt8(Self.longest + 1)
      }
    }
  }

  /// Puts the numbers of all leaders that share a class with a text into `found`, each once. Leaders of small classes
  /// come first: what few texts share says more.
  ///
  /// - Parameters:
  ///   - asker: the text's rank; no two calls in a row with the same one.
  ///   - classes: those of the text.
  /// - Returns: whether no leader was left out.
  mutating func collect(for asker: Int32, in classes: [Int], into found: inout [Int32]) -> Bool {
    found.removeAll(keepingCapacity: true)
    var isWhole = true
    for own in classes.sorted(by: { (lengths[$0], $0) < (lengths[$1], $1) }) where last[own] >= 0 {
      if Int(lengths[own]) > Self.longest { isWhole = false }
      var entry = last[own]
      repeat {
        entry = entries[Int(entry)].next
        let leader = entries[Int(entry)].leader
        if lastAskers[Int(leader)] != asker {
          lastAskers[Int(leader)] = asker
          found.append(leader)
        }
      } while entry != last[own]
    }
    return isWhole
  }
}
