import Testing

@testable import BundleKit

@Test func placeholder() {}
