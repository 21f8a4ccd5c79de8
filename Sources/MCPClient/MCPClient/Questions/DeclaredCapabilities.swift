package import SCRProtocol

/// What a client says that it can do, so that servers ask for nothing else.
package struct DeclaredCapabilities: Sendable, Hashable {
  package static let tasksExtension = "io.modelcontextprotocol/tasks"

  package var form: Bool
  package var url: Bool
  package var sampling: Bool
  package var roots: Bool
  /// The tasks extension of the modern era: a call may be answered by a task.
  package var tasks: Bool

  package init(form: Bool = false, url: Bool = false, sampling: Bool = false, roots: Bool = false, tasks: Bool = false)
  {
    self.form = form
    self.url = url
    self.sampling = sampling
    self.roots = roots
    self.tasks = tasks
  }

  /// What at least one of them answers.
  package init(of answerers: [(any ServerQuestionAnswering)?], tasks: Bool = false) {
    func anybody(_ method: String, _ params: JSONValue? = nil) -> Bool {
      let question = ServerQuestion(method: method, params: params)
      return answerers.contains { $0?.supports(question) == true }
    }
    self.init(
      form: anybody(ServerQuestion.elicitation, ["mode": "form"]),
      url: anybody(ServerQuestion.elicitation, ["mode": "url"]), sampling: anybody(ServerQuestion.sampling),
      roots: anybody(ServerQuestion.roots), tasks: tasks)
  }

  /// MCP's `ClientCapabilities`.
  package var json: JSONObject {
    var fields: JSONObject = [:]
    if form || url {
      var modes: JSONObject = [:]
      if form { modes["form"] = [:] }
      if url { modes["url"] = [:] }
      fields["elicitation"] = .object(modes)
    }
    if sampling { fields["sampling"] = [:] }
    if roots { fields["roots"] = [:] }
    if tasks { fields["extensions"] = [Self.tasksExtension: [:]] }
    return fields
  }
}
