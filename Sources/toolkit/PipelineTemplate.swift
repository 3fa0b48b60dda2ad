import ArgumentParser

/// The files that `toolkit new pipeline` writes.
enum PipelineTemplate: String, ExpressibleByArgument, CaseIterable {
  case daily, nightly, minimal

  /// The file's content; its one input is the file itself, the only one that is sure to be there.
  func text(name: String, file: String) -> String {
    switch self {
    case .daily: Self.daily(name, file)
    case .nightly: Self.nightly(name, file)
    case .minimal: Self.minimal(name, file)
    }
  }

  private static func daily(_ name: String, _ file: String) -> String {
    """
    # Reports in; one brief and one bundle out.
    #
    #   toolkit run \(file) reports/*.txt
    #
    # Paths start from this file's folder; those on the command line from where you are.
    version: 1
    name: \(quoted(name))
    stages:
      # Plain text, Markdown and JSON Lines. This file itself stands here so that there is something to read: put your
      # reports in its place, as in ["reports/*.txt", "feeds/**/*.jsonl"].
      - use: read-files
        with:
          paths: [\(quoted(file))]

      # Languages, offline.
      - use: detect-language

      # Copies, edited copies and translations of one article. All are kept, and say what they are copies of.
      - use: find-duplicates
        with:
          kinds: [exact, near, translation]

      # Reports about one event, whatever their languages.
      - use: group-stories

      # Each story in a few of its own sentences, each with its source.
      - use: summarize
        with:
          sentences: 4
          language: en        # the language to prefer; without it, that of most reports

      # For people: summary.md. For programs: documents.jsonl, stories.jsonl, duplicates.csv.
      - use: export
        with:
          directory: "out/{run}"

      # Everything in one ZIP file, to be handed on: toolkit bundle verify FILE.
      - use: write-bundle
        with:
          path: "{name}-{date}.zip"

    # What must always hold; toolkit test \(file)
    tests:
      - name: a copy is found, another report is not
        documents:
          - { id: first, text: "The old bridge over the river opened again on Monday after two years of repairs." }
          - { id: copy, text: "The old bridge over the river opened again on  Monday, after two years of repairs" }
          - { id: other, text: "Bakers in the harbour district say that flour has never cost as much as this spring." }
        until: find-duplicates
        expect:
          - same-group: [first, copy]
          - not-same-group: [first, other]
          - language: { first: en }

    """
  }

  private static func nightly(_ name: String, _ file: String) -> String {
    """
    # The daily brief without anyone at the screen: started by cron or a timer.
    #
    #   15 2 * * *  REPORTS=/data/incoming ARCHIVE=/data/archive toolkit run --quiet \(file)
    #
    # Exit code 0 is fine; 3 means that some documents could not be processed and lie in quarantine.jsonl; anything
    # else means that the run failed, and standard error says why.
    version: 1
    name: \(quoted(name))
    stages:
      # A folder, with all that lies below it. Without REPORTS this file itself is read, so that there is something.
      - use: read-files
        with:
          paths: ["${REPORTS:-\(file)}"]
          max-bytes: 10000000         # what is larger is a dump, not a report: it goes to quarantine

      # One strange document must not hold up the night.
      - use: detect-language
        timeout: 30s
        with:
          abstain-below: 0.5          # rather unknown than wrong

      - use: find-duplicates

      - use: group-stories

      # No summary for what only one outlet reports.
      - use: summarize
        with:
          minimum-documents: 2
          language: en

      - use: export
        with:
          directory: "${ARCHIVE:-out}/{date}"

      # One bundle a day. If today's exists, it is left alone and the run fails before it reads anything.
      - use: write-bundle
        with:
          path: "${ARCHIVE:-out}/{name}-{date}.zip"
          existing: refuse

    # What must always hold; toolkit test \(file)
    tests:
      - name: languages are told apart
        documents:
          - { id: english, text: "The harbour was closed for the night because of the storm, the port authority said." }
          - { id: french, text: "Le port a été fermé pour la nuit à cause de la tempête, selon les autorités." }
          - { id: numbers, text: "12 34 56" }
        until: detect-language
        expect:
          - language: { english: en, french: fr, numbers: und }
          - passed: [english, french, numbers]

    """
  }

  private static func minimal(_ name: String, _ file: String) -> String {
    """
    # The least that is a pipeline: something is read, something is found out, something is written.
    version: 1
    name: \(quoted(name))
    stages:
      # This file itself, so that there is something to read. Put your reports here, as in ["reports/*.txt"].
      - use: read-files
        with:
          paths: [\(quoted(file))]
      - use: detect-language
      - use: export
        with:
          directory: "out/{run}"
          formats: [jsonl]

    # What must always hold; toolkit test \(file)
    tests:
      - name: English is recognised
        documents:
          - { id: a, text: "The harbour was closed for the night because of the storm, the port authority said." }
        expect:
          - language: { a: en }

    """
  }

  /// A name is made of letters, digits, '.', '_' and '-', yet it may look like a number.
  private static func quoted(_ name: String) -> String { "\"\(name)\"" }
}
