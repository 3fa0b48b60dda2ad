import Testing

@testable import TextKit

@Test func placeholder() {}
