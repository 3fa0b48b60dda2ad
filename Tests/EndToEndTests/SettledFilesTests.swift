import Testing

@testable import toolkit

/// When a folder has something new that nobody writes any more; marks are plain numbers here.
@Suite struct SettledFilesTests {
  @Test func aFileIsNewOnceItLookedTheSameForLongEnough() {
    var files = SettledFiles<Int>(debounce: 2)
    #expect(files.look([:], at: 0) == .rest)
    #expect(files.look(["a": 1], at: 1) == .wait)
    #expect(files.look(["a": 2], at: 2) == .wait)
    #expect(files.look(["a": 2], at: 3.9) == .wait)
    #expect(files.look(["a": 2], at: 4) == .run(except: []))
    #expect(files.changes(without: []) == .init(new: 1))
    files.begin(except: [])
    #expect(files.look(["a": 2], at: 5) == .rest)
  }

  @Test func whatChangesDuringARunLeadsToOneMore() {
    var files = SettledFiles<Int>(debounce: 2)
    _ = files.look(["a": 1, "b": 1], at: 0)
    #expect(files.look(["a": 1, "b": 1], at: 2) == .run(except: []))
    files.begin(except: [])
    #expect(files.look(["a": 2, "c": 1], at: 20) == .wait)
    #expect(files.look(["a": 2, "c": 1], at: 22) == .run(except: []))
    #expect(files.changes(without: []) == .init(new: 1, changed: 1, gone: 1))
    files.begin(except: [])
    #expect(files.look(["a": 2, "c": 1], at: 23) == .rest)
  }

  @Test func aFileThatGrowsIsWaitedForAndThenLeftOut() {
    var files = SettledFiles<Int>(debounce: 1)
    var steps: [SettledFiles<Int>.Step] = []
    for second in 0...12 { steps.append(files.look(["done": 1, "grows": second], at: Double(second))) }
    // Settled from second 1 on, and ten times the debounce later the run goes without the other.
    #expect(steps[..<11].allSatisfy { $0 == .wait })
    #expect(steps[11] == .run(except: ["grows"]))
    files.begin(except: ["grows"])
    #expect(files.look(["done": 1, "grows": 13], at: 13) == .wait)
    #expect(files.look(["done": 1, "grows": 13], at: 14) == .run(except: []))
    #expect(files.changes(without: []) == .init(new: 1))
  }

  @Test func aFileThatGrowsAloneLeadsToNoRun() {
    var files = SettledFiles<Int>(debounce: 1)
    for second in 0...100 { #expect(files.look(["grows": second], at: Double(second)) == .wait) }
  }

  @Test func aCopyOfManyFilesIsWaitedFor() {
    var files = SettledFiles<Int>(debounce: 1)
    for second in 0...50 {
      var marks = ["done": 1]
      for number in 0...SettledFiles<Int>.mostLeftOut { marks["\(number)"] = second }
      #expect(files.look(marks, at: Double(second)) == .wait)
    }
  }

  @Test func whatIsKnownIsNotNewUntilItChanges() {
    var files = SettledFiles(debounce: 1, known: ["pipeline": 7])
    _ = files.look(["pipeline": 7], at: 0)
    #expect(files.look(["pipeline": 7], at: 1) == .rest)
    #expect(files.look(["pipeline": 8], at: 2) == .wait)
    #expect(files.look(["pipeline": 8], at: 3) == .run(except: []))
    #expect(files.changes(without: []) == .init(changed: 1))
  }

  @Test func aRunThatCouldNotBeginIsOwed() {
    var files = SettledFiles<Int>(debounce: 1)
    _ = files.look(["a": 1], at: 0)
    #expect(files.look(["a": 1], at: 1) == .run(except: []))
    files.begin(except: [])
    files.forget()
    #expect(files.look(["a": 1], at: 2) == .run(except: []))
  }
}
