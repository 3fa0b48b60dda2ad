import Foundation
import Testing

@testable import BundleKit

@Suite struct MemberNameTests {
  @Test(arguments: [
    ("", "it is empty"),
    ("/etc/passwd", "it is absolute"),
    ("../x", "it has a segment '..'"),
    ("a/../x", "it has a segment '..'"),
    ("a//b", "it has an empty segment ('//')"),
    ("a/", "it ends with '/', so it is a folder; only files are members"),
    ("./a", "a segment starts with '.'"),
    ("a/.ssh", "a segment starts with '.'"),
    ("-rf", "a segment starts with '-'"),
    ("a.", "a segment ends with '.'"),
    ("a\\b", "it contains '\\\\'; allowed are A-Z a-z 0-9 . _ - and '/' between segments"),
    ("C:x", "it contains ':'; allowed are A-Z a-z 0-9 . _ - and '/' between segments"),
    ("a\0b", "it contains '\\x00'; allowed are A-Z a-z 0-9 . _ - and '/' between segments"),
    ("a b", "it contains ' '; allowed are A-Z a-z 0-9 . _ - and '/' between segments"),
    ("e\u{301}", "it contains '\\xcc'; allowed are A-Z a-z 0-9 . _ - and '/' between segments"),
    ("\u{1b}[31m", "it contains '\\x1b'; allowed are A-Z a-z 0-9 . _ - and '/' between segments"),
    ("x/NUL.txt", "'nul' is a device on Windows"),
    (String(repeating: "a", count: 201), "it is 201 bytes long, 200 are allowed"),
  ])
  func unsafe(name: String, why: String) async throws {
    let scratch = try Scratch()
    let read = try openingError(forge([ForgedMember(name)]), in: scratch)
    #expect(read?.code == .unsafeName)
    #expect(read?.message == "the member name '\(printable(name.utf8))' is not allowed: \(why)")
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    let written = await #expect(throws: BundleError.self) { try await writer.add(name, [1]) }
    #expect(written?.message == read?.message)
    _ = try await writer.finish()
  }

  @Test(arguments: [
    (["a.txt", "a.txt"], "'a.txt' cannot be used twice: there are two members"),
    (["a.txt", "A.TXT"], "'A.TXT' cannot be used twice: 'a.txt' is there too and differs in case only"),
    (["a", "a/b"], "'a/b' cannot be used twice: 'a' is a file, not a folder"),
    (["A/b", "a"], "'a' cannot be used twice: 'A/b' needs a folder of that name"),
  ])
  func colliding(names: [String], why: String) async throws {
    let scratch = try Scratch()
    let error = try openingError(forge(names.map { ForgedMember($0) }), in: scratch)
    #expect(error?.message == "the member name \(why)")
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    try await writer.add(names[0], [1])
    await #expect(throws: BundleError.self) { try await writer.add(names[1], [1]) }
  }

  @Test func namesOfTheBundleItselfAreTaken() async throws {
    let scratch = try Scratch()
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    await #expect(throws: BundleError.self) { try await writer.add("datapackage.json", [1]) }
    await #expect(throws: BundleError.self) { try await writer.add("Index.json", [1]) }
  }

  @Test func allowed() throws {
    var register = NameRegister()
    for name in ["a", "README.txt", "documents/part-00001.jsonl", "x/y/z_1.2-3", "console.txt", "x.y/z"] {
      #expect(try register.claim(Array(name.utf8)) == name)
    }
  }

  @Test func resourceNamesDiffer() {
    var list = ResourceList()
    for path in ["a/b.txt", "a-b.txt", "A_B", "a/b.txt-2"] { list.add(path, bytes: 0, hash: "") }
    #expect(list.resources.map(\.name) == ["a-b.txt", "a-b.txt-2", "a_b", "a-b.txt-2-2"])
  }
}
