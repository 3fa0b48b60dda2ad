import Testing

@testable import LanguagesPlugin

@Test func fullTables() { #expect(CompactLanguageDetector.hasFullTables) }
