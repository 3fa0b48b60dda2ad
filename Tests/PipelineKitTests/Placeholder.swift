import Testing

@testable import PipelineKit

@Test func placeholder() {}
