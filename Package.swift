// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// libdeflate compresses bundles two to three times faster than zlib. It is used where it is installed; zlib is always there.
let hasLibDeflate = ["/usr/include", "/usr/local/include", "/opt/homebrew/include"]
  .contains { FileManager.default.fileExists(atPath: $0 + "/libdeflate.h") }

/// Imports that a target does not declare are errors in CI (`--explicit-target-dependency-import-check error`),
/// so the arrows below are the real ones: a star with StageKit in the middle.
let package = Package(
  name: "toolkit",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "toolkit", targets: ["toolkit"]),
    .library(name: "StageKit", targets: ["StageKit"]),
    .library(name: "PipelineKit", targets: ["PipelineKit"]),
    .library(name: "BundleKit", targets: ["BundleKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    // The vocabulary, and the four modules that each do one job with it.
    .target(
      name: "StageKit",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "TextKit", dependencies: ["StageKit"]),
    .target(name: "PipelineKit", dependencies: ["StageKit", "CLibYAML"]),
    .target(name: "BundleKit", dependencies: ["StageKit", "CZlib"] + (hasLibDeflate ? ["CLibDeflate"] : [])),
    .target(name: "EncoderKit", dependencies: ["StageKit", "CEncoder"]),

    // The stages: an area a target, a stage a file.
    .target(name: "InputPlugin", dependencies: ["StageKit", "TextKit"], path: "Plugins/Input"),
    .target(
      name: "LanguagesPlugin", dependencies: ["StageKit", "TextKit", "CCLD2", "CPrefetch"], path: "Plugins/Languages"),
    .target(name: "DuplicatesPlugin", dependencies: ["StageKit", "TextKit", "BundleKit"], path: "Plugins/Duplicates"),
    .target(name: "StoriesPlugin", dependencies: ["StageKit", "TextKit", "BundleKit"], path: "Plugins/Stories"),
    .target(name: "ExportPlugin", dependencies: ["StageKit", "TextKit"], path: "Plugins/Export"),
    .target(name: "BundlesPlugin", dependencies: ["StageKit", "BundleKit", "ExportPlugin"], path: "Plugins/Bundles"),

    // For tests of stages, ours and other people's.
    .target(
      name: "StageTesting", dependencies: ["StageKit", .product(name: "Logging", package: "swift-log")]),

    // The command line: the only place that knows everyone.
    .executableTarget(
      name: "toolkit",
      dependencies: [
        "StageKit", "PipelineKit", "BundleKit", "EncoderKit",
        "InputPlugin", "LanguagesPlugin", "DuplicatesPlugin", "StoriesPlugin", "ExportPlugin", "BundlesPlugin",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Measurements: what `scripts/check-encoder.py` and `Benchmarks/languages.py` run beside other engines.
    .executableTarget(name: "encode-lines", dependencies: ["EncoderKit", "StageKit"], path: "Benchmarks/EncodeLines"),
    .executableTarget(name: "detect-lines", dependencies: ["LanguagesPlugin"], path: "Benchmarks/DetectLines"),
    .executableTarget(name: "read-documents", dependencies: ["BundleKit"], path: "Benchmarks/ReadDocuments"),
    .executableTarget(
      name: "align-pairs", dependencies: ["DuplicatesPlugin", "EncoderKit"], path: "Benchmarks/AlignPairs"),
    .executableTarget(
      name: "engine-overhead",
      dependencies: ["PipelineKit", "StageKit", .product(name: "Logging", package: "swift-log")],
      path: "Benchmarks/EngineOverhead"),

    .executableTarget(
      name: "summarize-stories", dependencies: ["StoriesPlugin", "TextKit", "StageKit", "StageTesting"],
      path: "Benchmarks/SummarizeStories"),

    // C: system libraries by module map, kernels and one shim by source.
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "CCLD2",
      // The full tables interpose on the library's small ones: they must come first.
      linkerSettings: [.linkedLibrary("cld2_full"), .linkedLibrary("cld2")]),
    .target(name: "CPrefetch"),
    .target(name: "CEncoder", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),

    // Stages that hang and crash, and a program whose worker processes run them.
    .target(name: "FaultyStages", dependencies: ["StageKit"], path: "Tests/FaultyStages"),
    .executableTarget(
      name: "toolkit-faulty",
      dependencies: [
        "FaultyStages", "PipelineKit", "StageKit", .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/FaultyProgram"),

    .testTarget(name: "StageKitTests", dependencies: ["StageKit", "StageTesting"]),
    .testTarget(name: "TextKitTests", dependencies: ["TextKit", "StageKit", "StageTesting"]),
    .testTarget(
      name: "PipelineKitTests", dependencies: ["PipelineKit", "StageKit", "FaultyStages", "toolkit-faulty"]),
    .testTarget(name: "BundleKitTests", dependencies: ["BundleKit", "StageKit"]),
    .testTarget(name: "EncoderKitTests", dependencies: ["EncoderKit", "CEncoder", "StageKit"]),
    .testTarget(name: "InputPluginTests", dependencies: ["InputPlugin", "StageKit", "StageTesting"]),
    .testTarget(
      name: "LanguagesPluginTests", dependencies: ["LanguagesPlugin", "CCLD2", "StageKit", "StageTesting"]),
    .testTarget(
      name: "DuplicatesPluginTests",
      dependencies: [
        "DuplicatesPlugin", "BundleKit", "EncoderKit", "PipelineKit", "TextKit", "StageKit", "StageTesting",
      ]),
    .testTarget(
      name: "StoriesPluginTests",
      dependencies: ["StoriesPlugin", "BundleKit", "EncoderKit", "TextKit", "StageKit", "StageTesting"]),
    .testTarget(name: "ExportPluginTests", dependencies: ["ExportPlugin", "StageKit", "StageTesting"]),
    .testTarget(
      name: "BundlesPluginTests", dependencies: ["BundlesPlugin", "BundleKit", "StageKit", "StageTesting"]),
    .testTarget(name: "EndToEndTests", dependencies: ["toolkit", "PipelineKit", "StageKit", "StageTesting"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

if hasLibDeflate {
  package.targets.append(
    .systemLibrary(name: "CLibDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]))
}

// It needs the fuzzer's library and coverage counters in all modules: `scripts/fuzz.sh`.
if Context.environment["TOOLKIT_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz-pipelines",
      dependencies: [
        "PipelineKit", "StageKit", "InputPlugin", "LanguagesPlugin", "DuplicatesPlugin", "StoriesPlugin",
        "ExportPlugin", "BundlesPlugin",
      ], path: "Tests/FuzzPipelines"))
  package.targets.append(
    .executableTarget(name: "fuzz-bundles", dependencies: ["BundleKit"], path: "Tests/FuzzBundles"))
}

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
}
