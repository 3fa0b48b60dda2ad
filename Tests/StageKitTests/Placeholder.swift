import Testing

@testable import StageKit

@Test func placeholder() {}
