package import SCRProtocol

/// A request of a model, in the same terms whatever the vendor's format.
package struct VendorAsk: Sendable {
  package struct Call: Sendable, Hashable {
    /// Nil where the interface carries none.
    package var id: String?
    package var name: String
    package var arguments: JSONValue

    package init(id: String?, name: String, arguments: JSONValue) {
      self.id = id
      self.name = name
      self.arguments = arguments
    }
  }

  package enum Turn: Sendable, Hashable {
    case user(String)
    case assistant(String, [Call])
    case result(id: String?, text: String, isError: Bool)
  }

  package let interface: VendorInterface
  package let headers: [String: String]
  package let body: JSONValue
  package internal(set) var system = ""
  package internal(set) var turns: [Turn] = []
  /// Schemas by name.
  package internal(set) var tools: [String: JSONValue] = [:]
  /// Of the answer, where it must be JSON.
  package internal(set) var schema: JSONValue?
  /// Where the answer is given by the call of a tool: its name.
  package internal(set) var answerTool: String?

  package var model: String { body["model"]?.stringValue ?? "" }

  /// Answers of the model that the conversation holds.
  package var answers: Int { turns.count { if case .assistant = $0 { true } else { false } } }
  package var calls: [Call] {
    turns.flatMap { turn -> [Call] in if case .assistant(_, let calls) = turn { calls } else { [] } }
  }
  package var results: [Turn] { turns.filter { if case .result = $0 { true } else { false } } }

  package init(_ interface: VendorInterface, headers: [String: String], body: JSONValue) {
    self.interface = interface
    self.headers = headers
    self.body = body
    switch interface {
    case .chat: readChat()
    case .responses: readResponses()
    case .anthropic: readAnthropic()
    case .ollama: readOllama()
    }
  }

  /// What the vendor would refuse, in its words or as good as.
  package var complaint: String? {
    if body["model"]?.stringValue?.isEmpty != false { return "you must provide a model" }
    if body["stream"] != true { return "this server only streams" }
    guard case .user = turns.first else { return "the first message must be the user's" }
    if let name = tools.keys.first(where: { !Self.isToolName($0) }) { return "\(name) is no name of a tool" }
    var open: [String?] = []
    for turn in turns {
      switch turn {
      case .result(let id, _, _):
        guard let place = open.firstIndex(of: id) else { return "a result of \(id ?? "?") that was not called for" }
        open.remove(at: place)
      case .user, .assistant:
        if !open.isEmpty { return "the calls \(open.map { $0 ?? "?" }) have no results" }
        if case .assistant(_, let calls) = turn { open = calls.map(\.id) }
      }
    }
    return open.isEmpty ? nil : "the calls \(open.map { $0 ?? "?" }) have no results"
  }

  private static func isToolName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      }
  }

  /// Parts of one answer may come as several items.
  mutating func said(_ text: String, _ calls: [Call]) {
    if case .assistant(let before, let made) = turns.last {
      turns[turns.count - 1] = .assistant(before + text, made + calls)
    } else {
      turns.append(.assistant(text, calls))
    }
  }
}
