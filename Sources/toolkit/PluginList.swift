import BundlesPlugin
import DuplicatesPlugin
import ExportPlugin
import InputPlugin
import LanguagesPlugin
import StageKit
import StoriesPlugin

/// All plugins that are compiled in. To add one, write it here and in `Package.swift`; nothing is discovered.
let plugins: [Plugin] = [
  .input,
  .languages,
  .duplicates,
  .stories,
  .export,
  .bundles,
]
