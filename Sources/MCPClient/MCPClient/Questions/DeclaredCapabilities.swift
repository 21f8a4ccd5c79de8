package import SCRProtocol

/// What a client says that it can do, so that servers ask for nothing else.
package struct DeclaredCapabilities: Sendable, Hashable {
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
    func anybody(_ method: InputRequest.Method, _ params: JSONObject = [:]) -> Bool {
      let question = InputRequest(method, params: params)
      return answerers.contains { $0?.supports(question) == true }
    }
    self.init(
      form: anybody(.elicit, ["mode": "form"]),
      url: anybody(.elicit, ["mode": "url"]), sampling: anybody(.sample),
      roots: anybody(.listRoots), tasks: tasks)
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
    if tasks { fields["extensions"] = [ClientCapabilities.tasksExtension: [:]] }
    return fields
  }
}
