import SCRProtocol
import SCRRuntime

/// Memory in words for people. Texts of records may come from tools: they are cleaned and never more than shown.
enum MemoryText {
  static func list(_ records: [MemoryRecord]) -> String {
    if records.isEmpty { return "nothing is remembered" }
    var table = TextTable("RECORD", "KIND", "WRITTEN", "TEXT")
    for record in records {
      table.add(record.id, record.address.kind.rawValue, record.updatedAt.description, line(record))
    }
    return table.text
  }

  static func hits(_ hits: [MemoryHit]) -> String {
    if hits.isEmpty { return "nothing was found" }
    return hits.map { hit in
      let shown = hit.snippet.isEmpty ? line(hit.record) : hit.snippet.map(part).joined()
      let mark = hit.record.content.provenance.isUntrusted ? "  (untrusted)" : ""
      return
        "\(hit.record.id)  \(hit.record.address.kind.rawValue)  \(hit.record.updatedAt)\(mark)\n  \(oneLine(shown))"
    }.joined(separator: "\n")
  }

  static func whole(_ record: MemoryRecord) -> String {
    let content = record.content
    var lines = [
      "\(record.id)  \(record.address.kind.rawValue) \(record.address.key) in \(record.address.namespace)",
      "written \(record.updatedAt), \(record.revision) times since \(record.createdAt), \(record.size) bytes"
        + (content.isPinned ? ", pinned" : "") + (content.expiresAt.map { ", until \($0)" } ?? ""),
    ]
    if !content.tags.isEmpty { lines.append("tags: \(content.tags.joined(separator: ", "))") }
    let provenance = content.provenance
    let source = [
      provenance.taskID.map { "task \($0)" }, provenance.stepID.map { "step \($0)" },
      provenance.agent.map { "agent \($0)" }, provenance.tool.map { "tool \($0)" },
      provenance.server.map { "server \($0)" },
    ].compactMap { $0 }
    if !source.isEmpty { lines.append("from \(source.joined(separator: ", "))") }
    if provenance.isUntrusted { lines.append("untrusted: the text came from a tool, wholly or in part") }
    lines = lines.map(TerminalText.clean)
    if !content.text.isEmpty { lines.append("\n\(content.text)") }
    if let value = content.value { lines.append("\n\(value.jsonText)") }
    return lines.joined(separator: "\n")
  }

  static func report(_ report: MemoryReport) -> String {
    var lines = ["\(report.records) records"]
    for usage in report.usage {
      let gone = usage.evicted > 0 ? ", \(usage.evicted) made room" : ""
      lines.append("  \(usage.namespace): \(usage.records) records, \(usage.bytes) bytes\(gone)")
    }
    for problem in report.problems {
      lines.append(
        "✗ " + (problem.record.map { "\(TerminalText.clean($0)): " } ?? "") + TerminalText.clean(problem.message))
    }
    if report.moreProblems > 0 { lines.append("✗ and \(report.moreProblems) more") }
    if report.isRepaired {
      lines.append("index, tags and counts were written anew")
    } else if report.isGood {
      lines.append("✓ all is well")
    }
    return lines.joined(separator: "\n")
  }

  private static func line(_ record: MemoryRecord) -> String {
    oneLine(record.content.text.isEmpty ? record.content.value?.jsonText ?? "" : record.content.text)
  }

  private static func oneLine(_ text: String) -> String {
    TerminalText.clean(text.oneLine(bytes: 400))
  }

  private static func part(_ part: SnippetPart) -> String { part.isMatch ? "[\(part.text)]" : part.text }
}
