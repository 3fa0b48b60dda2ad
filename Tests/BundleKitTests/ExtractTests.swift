import Foundation
import Testing

@testable import BundleKit

@Suite struct ExtractTests {
  @Test func everythingOrSome() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    let target = scratch.url.appendingPathComponent("deep/out")
    let made = try reader.extract(to: target)
    #expect(made.count == reader.members.count)
    for (url, member) in zip(made, reader.members) { #expect(try Data(contentsOf: url) == reader.read(member.name)) }
    let some = try reader.extract(to: scratch.url.appendingPathComponent("some"), only: ["vectors/noise.bin"])
    #expect(some.map(\.lastPathComponent) == ["noise.bin"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("some").path) == ["vectors"])
    let error = #expect(throws: BundleError.self) { try reader.extract(to: target, only: ["nothing"]) }
    #expect(error?.message == "there is no member 'nothing'; list the bundle to see what there is")
  }

  @Test func existingFilesStayUnlessToldOtherwise() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    _ = try scratch.file("empty.csv", Array("mine".utf8))
    let error = #expect(throws: BundleError.self) { try reader.extract(to: scratch.url) }
    #expect(
      error?.message == "'\(scratch.url.path)/empty.csv' exists already, so nothing was unpacked; "
        + "move it away, unpack elsewhere, or ask to replace files")
    #expect(try scratch.names == ["a.zip", "empty.csv"])
    try reader.extract(to: scratch.url, replacing: true)
    #expect(try bytes(of: scratch.file("empty.csv")).isEmpty)
    #expect(try scratch.names.allSatisfy { !$0.hasPrefix(".") })
  }

  @Test(arguments: [false, true]) func linksAreNotFollowed(replacing: Bool) async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    let (target, outside) = (scratch.url.appendingPathComponent("out"), scratch.url.appendingPathComponent("outside"))
    for folder in [target, outside] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      at: target.appendingPathComponent("vectors"), withDestinationURL: outside)
    let error = #expect(throws: BundleError.self) {
      try reader.extract(to: target, only: ["vectors/noise.bin"], replacing: replacing)
    }
    #expect(error?.code == .exists)
    #expect(
      error?.message == "'\(target.path)/vectors' is a link or a file where the bundle needs a folder; "
        + "move it away or unpack elsewhere")
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
  }

  @Test func aLinkInPlaceOfAFileIsReplacedNotWrittenThrough() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    let victim = try scratch.file("victim", Array("precious".utf8))
    let target = scratch.url.appendingPathComponent("out")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    for (name, destination) in [("README.txt", victim), ("empty.csv", scratch.file("dangling"))] {
      try FileManager.default.createSymbolicLink(
        at: target.appendingPathComponent(name), withDestinationURL: destination)
      #expect(throws: BundleError.self) { try reader.extract(to: target, only: [name]) }
    }
    try reader.extract(to: target, only: ["README.txt"], replacing: true)
    #expect(try bytes(of: victim) == Array("precious".utf8))
    #expect(try Data(contentsOf: target.appendingPathComponent("README.txt")) == reader.read("README.txt"))
    #expect(!FileManager.default.fileExists(atPath: scratch.file("dangling").path))
  }
}
