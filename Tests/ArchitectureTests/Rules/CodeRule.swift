/// A pattern that must not stand in code, and why.
struct CodeRule: Sendable {
  let name: String
  let reason: String
  /// One of these words stands in every file that breaks the rule.
  let words: [String]
  /// Files that may, by path.
  var except: Set<String> = []
  let matches: @Sendable (Substring) -> Bool

  func violations(in file: SourceFile) -> [Violation] {
    guard !except.contains(file.path), words.contains(where: file.mentions) else { return [] }
    return file.code.enumerated().compactMap { index, line in
      matches(line) ? Violation(path: file.path, line: index + 1, message: "\(name): \(reason)") : nil
    }
  }
}

extension CodeRule {
  static let sources: [CodeRule] = [
    CodeRule(
      name: "print", reason: "stdout carries results and protocol; commands write through their output",
      words: ["print("]
    ) {
      $0.contains(/(?:^|[^.\w])print\(/)
    },
    CodeRule(name: "Task.detached", reason: "nobody would wait for it", words: ["Task.detached"]) {
      $0.contains(/Task\.detached/)
    },
    CodeRule(name: "try!", reason: "it ends every task of the process", words: ["try!"]) { $0.contains(/\btry!/) },
    CodeRule(name: "as!", reason: "it ends every task of the process", words: ["as!"]) { $0.contains(/\bas!/) },
    CodeRule(name: "fatalError", reason: "a caller's mistake must throw", words: ["fatalError("]) {
      $0.contains(/\bfatalError\(/)
    },
    CodeRule(
      name: "unbounded stream", reason: "say what happens when the reader is slow", words: [".unbounded", "Stream"]
    ) {
      $0.contains(/\.unbounded\b/)
        || ($0.contains(/Async(?:Throwing)?Stream(?:<[^(]*>)?(?:\.makeStream)?\s*[({]/)
          && !$0.contains("bufferingPolicy"))
    },
    CodeRule(
      name: "unstructured Task",
      reason: "it must be a child of a group, or its file must be in this list with a reason",
      words: ["Task"], except: mayStartTasks
    ) { $0.contains(/(?:^|[^.\w])Task(?:\.init)?(?:<[^(]*>)?\s*(?:\([^)]*\))?\s*\{/) },
  ]

  static let tests: [CodeRule] = [
    CodeRule(name: "sleep", reason: "await an event, or advance a clock", words: ["sleep("]) {
      $0.contains(/Task\.sleep|Thread\.sleep|\busleep\(|\bnanosleep\(|(?:^|[^.\w])sleep\(/)
        && !$0.contains("func sleep(")
    }
  ]

  /// Each keeps the handle of what it starts and ends it; none can be a child of a group.
  static let mayStartTasks: Set<String> = [
    // A request's work outlives the turn of the reader that started it; cancelled by id, awaited when the connection ends.
    "Sources/Protocol/SCRConnection/Connection+Work.swift",
    // What is held for a peer that does not read leaves when it does; ends with the connection.
    "Sources/Protocol/SCRConnection/Connection+Notifications.swift",
    // A call lives on while its client is away to find answers; ended by its client, by time, or with the connection.
    "Sources/SCRServer/MCPServer/Input/LiveCall.swift",
    // Several may wait for one opening; the last to close awaits it.
    "Sources/SCRServer/SCRCommand/Composition/DeferredMemoryStore.swift",
    // Children start and stop at any time, in any order; `stop` awaits each of them.
    "Sources/Runtime/SCRRuntime/Supervision/Supervisor.swift",
    // Its thread sits in a read of stdin that nothing can interrupt; the end of the process ends it.
    "Sources/SCRServer/SCRCommand/Commands/ServeCommand.swift",
    // A client that listens has nobody to await it; ends with its subscription, which ends when it is released.
    "Sources/SCRServer/SCRServer/Offer/EventObservation.swift",
  ]
}
