import ArgumentParser
import PipelineKit

/// `toolkit schema`: what editors need to know of pipeline files.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of pipeline files, for editors.",
    discussion: """
      Keep it in a file, and name that in the first line of a pipeline:

        toolkit schema > toolkit.schema.json
        # yaml-language-server: $schema=toolkit.schema.json

      Editors then complete stages and options, explain them, and underline mistakes while you type. What a schema \
      can't know, 'toolkit validate' does: the order of stages, ids that come twice, files that are not there.
      """)

  func run() throws { try Console.print(json: PipelineSchema.make(plugins: plugins)) }
}
