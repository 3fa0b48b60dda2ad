import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle list`: the members of a bundle, or its documents.
struct BundleListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List what a bundle holds.")

  @Argument(help: "The bundle.")
  var bundle: String

  @Flag(help: "List the documents instead: id, member, offset and length in bytes.")
  var documents = false

  @OptionGroup var limits: BundleArguments

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Member: Encodable {
    var name: String
    var bytes: Int
    var packedBytes: Int
  }

  private struct Place: Encodable {
    var id: String?
    var member: String
    var offset: Int
    var length: Int
  }

  func run() async throws {
    let reader = try limits.open(bundle)
    if documents { return try await listDocuments(of: reader) }
    let members = reader.members.map { Member(name: $0.name, bytes: $0.bytes, packedBytes: $0.packedBytes) }
    if format == .json {
      try Console.print(json: members)
      return
    }
    for member in members {
      Console.print("\(String(format: "%12d %12d", member.bytes, member.packedBytes))  \(member.name)")
    }
  }

  private func listDocuments(of reader: BundleReader) async throws {
    try await BundleCommand.reporting {
      var places: [Place] = []
      for try await line in reader.lines() {
        let place = Place(id: line.id, member: line.member, offset: line.offset, length: line.bytes.count)
        switch format {
        case .json: places.append(place)
        case .text: Console.print("\(place.id ?? "-")  \(place.member)  \(place.offset)  \(place.length)")
        }
      }
      if format == .json { try Console.print(json: places) }
    }
  }
}
