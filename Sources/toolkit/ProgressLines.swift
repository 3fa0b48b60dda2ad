import Foundation

/// How far a run is, in words and bars: for a terminal, and for a log.
struct ProgressLines {
  /// What the terminal can show.
  struct Terminal: Sendable, Equatable {
    var columns = 80
    var rows = 24
    /// Whether faint and bold may be used.
    var hasStyles = true
    /// Whether it shows more than ASCII.
    var isUnicode = true
  }

  let terminal: Terminal

  /// A line a stage; if there is no room for all, those that run.
  func bars(_ stages: [StageProgress]) -> [String] {
    let room = max(1, terminal.rows - 2)
    let shown = stages.count <= room ? stages : Array(stages.filter { $0.state == .running }.prefix(room))
    let idWidth = min(shown.map(\.id.count).max() ?? 0, max(8, terminal.columns / 3))
    // All bars are as wide as the narrowest can be, so that they stand below each other.
    let widest = shown.filter { $0.state == .running }.map { said($0).count }.max() ?? 0
    let barWidth = min(30, terminal.columns - 1 - idWidth - widest - 6)
    return shown.map { line($0, idWidth, barWidth) }
  }

  private func line(_ stage: StageProgress, _ idWidth: Int, _ barWidth: Int) -> String {
    let marks = terminal.isUnicode ? ["·", "▸", "✓"] : [".", ">", "+"]
    let id = cut(stage.id, idWidth).padding(toLength: idWidth, withPad: " ", startingAt: 0)
    switch stage.state {
    case .waiting: return styled(cut("\(marks[0]) \(cut(stage.id, idWidth))", terminal.columns - 1), "2")
    case .done:
      let text = "\(marks[2]) \(id)  \(Self.documents(stage))  \(Self.time(stage.seconds))"
      return styled(cut(text, terminal.columns - 1), "2")
    case .running:
      let drawn = barWidth < 5 ? "" : share(stage).map { bar($0, barWidth) + "  " } ?? ""
      let text = "\(marks[1]) \(id)  \(drawn)\(said(stage))"
      return styled(cut(text, terminal.columns - 1), stage.bottleneck ? "1" : nil)
    }
  }

  /// What stands behind the bar.
  private func said(_ stage: StageProgress) -> String {
    let mark = stage.bottleneck ? (terminal.isUnicode ? "  ◂ slowest" : "  < slowest") : ""
    return facts(stage).joined(separator: "  ") + mark
  }

  /// `1200/4000 sentences`, `310/s`, `9 s left`: what is known.
  private func facts(_ stage: StageProgress) -> [String] {
    var facts: [String] = []
    if let done = stage.done, let total = stage.total {
      facts.append("\(Self.grouped(done))/\(Self.grouped(total)) \(stage.unit ?? "")")
    } else if let expected = stage.expected, stage.bytesRead == nil {
      facts.append("\(Self.grouped(stage.position))/\(Self.grouped(expected))")
    } else {
      facts.append("\(Self.grouped(stage.position))")
    }
    if let rate = stage.rate, stage.done == nil { facts.append("\(Self.rate(rate))/s") }
    if let remaining = stage.remainingSeconds { facts.append("\(Self.time(remaining.rounded(.up))) left") }
    return facts
  }

  private func share(_ stage: StageProgress) -> Double? {
    func share(_ part: Int, _ whole: Int?) -> Double? {
      whole.flatMap { $0 > 0 ? min(1, Double(part) / Double($0)) : nil }
    }
    if let done = stage.done { return share(done, stage.total) }
    return share(stage.bytesRead ?? stage.position, stage.bytesRead == nil ? stage.expected : stage.bytesTotal)
  }

  private func bar(_ share: Double, _ width: Int) -> String {
    let filled = Int(share * Double(width))
    let (full, empty) = terminal.isUnicode ? ("█", "░") : ("#", "-")
    return String(repeating: full, count: filled) + String(repeating: empty, count: width - filled)
  }

  private func cut(_ text: String, _ width: Int) -> String {
    guard text.count > width else { return text }
    return text.prefix(max(0, width - 1)) + (terminal.isUnicode ? "…" : "~")
  }

  private func styled(_ text: String, _ style: String?) -> String {
    guard terminal.hasStyles, let style else { return text }
    return "\u{1B}[\(style)m\(text)\u{1B}[0m"
  }

  // MARK: For a log

  /// A line for a stage that has ended: `detect-language: 24 documents in 0.1 s`.
  static func ended(_ stage: StageProgress) -> String { "\(stage.id): \(documents(stage)) in \(time(stage.seconds))" }

  /// A line for all that run: `read-files: 1200 documents, 310/s, 9 s left; detect-language: …`; nil if none does.
  static func running(_ stages: [StageProgress]) -> String? {
    let parts = stages.filter { $0.state == .running }.map { stage in
      var facts = [count(stage.position, "document")]
      if let done = stage.done, let total = stage.total { facts.append("\(done) of \(total) \(stage.unit ?? "")") }
      if let rate = stage.rate { facts.append("\(rate < 10 ? String(format: "%.1f", rate) : "\(Int(rate))")/s") }
      if let remaining = stage.remainingSeconds { facts.append("\(time(remaining.rounded(.up))) left") }
      return "\(stage.id): " + facts.joined(separator: ", ")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private static func documents(_ stage: StageProgress) -> String {
    let away = [
      stage.dropped > 0 ? "\(stage.dropped) dropped" : nil,
      stage.quarantined > 0 ? "\(stage.quarantined) quarantined" : nil,
    ].compactMap { $0 }
    return count(stage.taken > 0 ? stage.taken : stage.made, "document")
      + (away.isEmpty ? "" : " (\(away.joined(separator: ", ")))")
  }

  private static func rate(_ rate: Double) -> String {
    rate < 10 ? String(format: "%.1f", rate) : grouped(rate < 1e15 ? Int(rate.rounded()) : 0)
  }

  /// 1234567 as `1,234,567`, whatever the machine's language is.
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(abs(number)).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + String(text.reversed())
  }

  /// `0.4 s`, `12 s`, `3 min 20 s`, `1 h 5 min`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    if seconds < 10 && seconds != seconds.rounded() { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
