import Foundation
import StageKit
import StageTesting
import Testing

@testable import InputPlugin

/// `JSONDecoder` is the judge: what the reader reads must be what the decoder makes of it, and what the decoder refuses
/// the reader must leave to it.
@Suite struct JSONObjectReaderTests {
  /// The exact bytes of an object, since `==` takes é in its two spellings, and 0 and -0, for the same.
  private func bytes(of object: [String: JSONValue]) -> [UInt8] {
    var document = Document(id: "", text: "")
    document.metadata = object
    var bytes: [UInt8] = []
    DocumentRecord.append(document, to: &bytes)
    return bytes
  }

  private func read(_ json: [UInt8]) -> [String: JSONValue]? { json.withUnsafeBytes(JSONObjectReader.read) }

  private func decode(_ json: [UInt8]) -> [String: JSONValue]? {
    (try? JSONDecoder().decode(JSONFields.self, from: Data(json)))?.rest
  }

  /// Compares the two; returns whether the reader did it alone.
  private func isReadAlone(_ json: [UInt8]) -> Bool {
    guard let ours = read(json) else { return false }
    let theirs = decode(json)
    #expect(theirs.map(bytes) == bytes(of: ours), "\(String(decoding: json, as: UTF8.self).debugDescription)")
    return true
  }

  @Test(arguments: [
    #"{}"#, #" { "a" : [ ] , "b" : { } } "#, "\t{\r\n\"a\":1}\n", #"{"a":"x","b":null,"c":true,"d":false}"#,
    #"{"a":0,"b":-1,"c":999999999999999999,"d":-999999999999999999}"#, #"{"a":0.5,"b":-1.25e-3,"c":1.5E+0,"d":12e-1}"#,
    #"{"a":"\"\\\/\b\f\n\r\t","b":"\u00e9\u20AC\uD83D\uDE00\u0000"}"#, "{\"\":\"é\u{2028}\u{7F}😀\"}",
    #"{"a":[[1,[2,[3]]],{"b":{"c":[{}]}}]}"#,
  ]) func whatIsUsualIsReadAlone(json: String) { #expect(isReadAlone(Array(json.utf8))) }

  @Test(arguments: [
    "", " ", "{", "}", "[]", "1", "{}x", "{}{}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#,
    #"{a:1}"#, #"{'a':1}"#, #"{"a":'x'}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a":[1 2]}"#, #"{"a":01}"#, #"{"a":-}"#,
    #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":1e+}"#, #"{"a":0x1}"#, #"{"a":00}"#, #"{"a":-01.5}"#,
    #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":nul}"#, #"{"a":nulll}"#, #"{"a":True}"#, #"{"a":"x}"#, #"{"a":"\"}"#,
    #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12G4"}"#, #"{"a":"\uD800"}"#, #"{"a":"\uD800\u0041"}"#,
    #"{"a":"\uDC00"}"#, "{\"a\":\"\n\"}", "{\"a\":\"\u{1}\"}", "{\"a\":1}\u{0}", "{\u{A0}\"a\":1}", "{\"a\":1}//x",
    // What the decoder reads in its own way.
    #"{"a":1,"a":2}"#, #"{"é":1,"e\u0301":2}"#, #"{"a":1.0}"#, #"{"a":-0}"#, #"{"a":-0.0}"#, #"{"a":1e2}"#,
    #"{"a":1e400}"#, #"{"a":1e-400}"#, #"{"a":9223372036854775807}"#, #"{"a":12345678901234567890123}"#,
  ]) func whatIsUnusualIsLeftToTheDecoder(json: String) { #expect(read(Array(json.utf8)) == nil) }

  @Test func bytesThatAreNoTextAreLeftToTheDecoder() {
    #expect(read(Array(#"{"a":""#.utf8) + [0xC3] + Array(#""}"#.utf8)) == nil)
    #expect(read(Array(#"{""#.utf8) + [0xED, 0xA0, 0x80] + Array(#"":1}"#.utf8)) == nil)
  }

  @Test func deepValuesAreLeftToTheDecoder() {
    func nested(_ depth: Int) -> [UInt8] {
      Array("{\"a\":\(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth))}".utf8)
    }
    #expect(isReadAlone(nested(31)))
    #expect(read(nested(32)) == nil)
    #expect(read(nested(100_000)) == nil)
  }

  @Test func randomJSONAndItsMutationsAreReadAsTheDecoderDoes() {
    var random = SeededRandom(seed: 31)
    let pieces = [
      "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\n", "\\\"", "\\ud83d\\ude00", "\\ud83d", "\\u0000", "0", "1",
      "12", "-", ".", "e", "E", "+", "0.1", "1e5", "1.50", "-0", "9007199254740993", "true", "false", "null", " ", "\t",
      "é", "e\u{301}", "😀", "\u{2028}", "\u{1}", "\"a\":", "\"b\":1", "[]", "{}", "\"x\"", "1234567890123456789",
      "0.30000000000000004", "2.2250738585072011e-308", "5e-324", "179769313486231580793e289",
    ]
    func value(_ depth: Int) -> String {
      switch random.next() % (depth < 4 ? 9 : 6) {
      case 0: "null"
      case 1: "true"
      case 2: "\(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 64))"
      case 3: "\(Double(bitPattern: random.next()))".replacingOccurrences(of: "nan", with: "0.25")
      case 4, 5:
        "\"\((0..<random.next() % 5).map { _ in ["a", "é", "\\n", "\\u00e9", " ", "😀"][Int(random.next() % 6)] }.joined())\""
      case 6, 7: "[\((0..<random.next() % 4).map { _ in value(depth + 1) }.joined(separator: ", "))]"
      default: object(depth + 1)
      }
    }
    func object(_ depth: Int) -> String {
      "{\((0..<random.next() % 5).map { "\"key \($0)\": \(value(depth))" }.joined(separator: ","))}"
    }
    var (alone, mutated) = (0, 0)
    for _ in 0..<6000 {
      var json = Array(object(0).utf8)
      if isReadAlone(json) { alone += 1 }
      for _ in 0...random.next() % 3 {
        let place = Int(random.next() % UInt64(json.count + 1))
        switch random.next() % 3 {
        case 0 where place < json.count: json.remove(at: place)
        case 1 where place < json.count: json[place] = UInt8(truncatingIfNeeded: random.next())
        default: json.insert(contentsOf: Array(pieces[Int(random.next() % UInt64(pieces.count))].utf8), at: place)
        }
      }
      if isReadAlone(json) { mutated += 1 }
    }
    #expect(alone > 3000 && mutated > 300)
  }
}
