import Testing

@testable import EncoderKit

@Test func placeholder() {}
