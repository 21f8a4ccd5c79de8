import SCRProtocol

/// What `scr demo --goal` runs: a goal with a model whose answers were written beforehand, and with real tools.
enum DemoGoal {
  static let goal = "What is lying in this folder, and what share of it is Markdown? Keep a short report in report.md."

  /// A script of the demonstration's model (interface.md §6).
  static let script = """
    turns:
      - role: planner
        text: |
          {"title": "A short report on a folder",
           "steps": [
             {"id": "look", "agent": "researcher", "goal": "Find out what is lying in the folder, and how many Markdown files there are."},
             {"id": "share", "tool": "calculator", "arguments": {"expression": "100 / ${steps.list.structuredContent.entries.length}"}}
           ]}
      - role: planner
        match: "there is no step .list."
        text: |
          {"title": "A short report on a folder",
           "steps": [
             {"id": "look", "agent": "researcher", "goal": "Find out what is lying in the folder, and which files are Markdown."},
             {"id": "write", "agent": "worker", "needs": ["look"], "goal": "Write what was found to report.md, then read it again."}
           ],
           "result": "${steps.write.text}"}
      - role: researcher
        text: "I look at both at once. "
        toolCalls:
          - { name: filesystem_list_directory, arguments: { path: "." } }
          - { name: filesystem_search_files, arguments: { path: ".", pattern: "**/*.md" } }
      - role: researcher
        toolCalls:
          - { name: add_finding, arguments: { finding: "The folder was listed, and searched for Markdown files." } }
      - role: researcher
        text: "I listed the folder and searched it for Markdown files; both answers are in the journal of this step."
      - role: worker
        toolCalls:
          - name: scratch_write_file
            arguments:
              path: report.md
              content: |
                # A short report on a folder

                The folder was listed, and searched for Markdown files.
      - role: worker
        toolCalls:
          - { name: scratch_read_text_file, arguments: { path: report.md } }
      - role: worker
        text: "report.md is written, and reads as it was meant to."
      - role: critic
        text: |
          {"criteria": [{"name": "goal met", "score": 4, "reason": "the share of Markdown is missing"},
                        {"name": "follows from what was found", "score": 9, "reason": "nothing was made up"}],
           "verdict": "revise",
           "feedback": [{"step": "write", "what": "say what share of the folder is Markdown"}]}
      - role: planner
        text: |
          {"title": "The share of Markdown",
           "steps": [
             {"id": "found", "tool": "filesystem.search_files", "arguments": {"path": ".", "pattern": "**/*.md"}},
             {"id": "listed", "tool": "filesystem.list_directory", "arguments": {"path": "."}},
             {"id": "percent", "tool": "calculator",
              "arguments": {"expression": "${steps.found.structuredContent.matches.length} * 100 / (${steps.listed.structuredContent.entries.length} + 1)"}},
             {"id": "answer", "agent": "writer", "needs": ["percent"], "goal": "Answer in two sentences."}
           ],
           "result": "${steps.answer.text} Markdown files for each hundred entries: ${steps.percent.text}."}
      - role: writer
        text: "The folder was listed and searched, and report.md keeps what was found."
      - role: critic
        text: |
          {"criteria": [{"name": "goal met", "score": 9, "reason": "both questions are answered"},
                        {"name": "follows from what was found", "score": 9, "reason": "the figure is calculated"}],
           "verdict": "pass", "feedback": []}
    """

  /// Added to the demonstration's configuration.
  static func models(script: String) -> String {
    let models: JSONValue = [
      "default": "script", "providers": ["script": ["kind": "scripted", "script": .string(script)]],
    ]
    return "models: \(models.jsonText)\n"
  }
}
