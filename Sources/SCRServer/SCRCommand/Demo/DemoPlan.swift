import SCRProtocol

/// What `scr demo` runs: a report on a folder, made by two tool servers and a native tool.
enum DemoPlan {
  static let text = """
    title: Report on a folder
    steps:
      - id: list
        tool: filesystem.list_directory
        arguments: { path: "." }
        retry: { attempts: 3, backoffMs: 200 }
      - id: search
        tool: filesystem.search_files
        arguments: { path: ".", pattern: "**/*.md" }
        timeoutMs: 10000
      - id: share
        tool: calculator
        arguments:
          expression: "${steps.search.structuredContent.matches.length} * 100 / (${steps.list.structuredContent.entries.length} + 1)"
      - id: write
        tool: scratch.write_file
        arguments:
          path: report.md
          content: |
            # Report on a folder

            Entries at its top: ${steps.list.structuredContent.entries.length}
            Markdown files in it: ${steps.search.structuredContent.matches.length}
            Markdown files for each hundred entries: ${steps.share.text}

            ${steps.list.text}
      - id: read
        needs: [write]
        tool: scratch.read_text_file
        arguments: { path: report.md }
    expect:
      - { step: write, notError: true }
      - { value: "${steps.read.text}", contains: "# Report on a folder" }
    result: "${steps.read.text}"
    """

  /// - Parameters:
  ///   - folder: what the report is on; only read.
  ///   - scratch: where it is written.
  static func configuration(executable: String, folder: String, scratch: String) -> String {
    let servers: JSONValue = [
      "filesystem": [
        "command": .string(executable), "args": ["mcp", "filesystem", "--root", .string(folder)],
        "readOnlyTools": ["*"],
      ],
      "scratch": [
        "command": .string(executable), "args": ["mcp", "filesystem", "--root", .string(scratch), "--allow-writes"],
        "allowedTools": ["write_file", "read_text_file"], "idempotentTools": ["*"],
      ],
    ]
    // JSON is YAML, and its quotes suit every path.
    return "mcp: { servers: \(servers.jsonText) }\n"
  }
}
