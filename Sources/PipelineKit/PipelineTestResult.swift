import StageKit

/// How one test of a pipeline went.
public struct PipelineTestResult: Sendable, Encodable {
  /// The three ways.
  public enum Outcome: String, Sendable, Encodable {
    /// All expectations hold.
    case ok
    /// Some do not, or the stages could not run.
    case failed
    /// This machine lacks something that the test needs.
    case notRun = "not-run"
  }

  /// What does not hold. It names ids, languages and kinds, never text.
  public struct Failure: Sendable, Encodable {
    /// The expectation's key, such as "same-group"; "run" if the stages could not run.
    public let expectation: String
    /// Where it stands in the pipeline file.
    public let line: Int?
    /// Where it stands in that line.
    public let column: Int?
    /// What should have come of the documents.
    public let expected: String
    /// What came of them.
    public let found: String
    /// Where it stands, for messages.
    public let location: SourceLocation

    init(_ expectation: String, at location: SourceLocation, expected: String, found: String) {
      self.expectation = expectation
      line = location.line
      column = location.column
      self.expected = expected
      self.found = found
      self.location = location
    }

    private enum CodingKeys: CodingKey {
      case expectation, line, column, expected, found
    }
  }

  /// The test's name.
  public let name: String
  /// Where the test stands.
  public let line: Int?
  /// How it went.
  public internal(set) var outcome = Outcome.ok
  /// Wall time, to the millisecond.
  public internal(set) var seconds = 0.0
  /// Why it was not run.
  public internal(set) var reason: String?
  /// What does not hold, in the order of the file.
  public internal(set) var failures: [Failure] = []

  init(_ test: PipelineTest) {
    name = test.name
    line = test.location.line
  }
}
