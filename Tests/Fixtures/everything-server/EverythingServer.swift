package import MCPServer
import SCRProtocol

/// All that the official MCP conformance suite asks of a server under test, on the kit alone.
package struct EverythingServer: Sendable {
  /// What passes between two reports of progress, and two log messages.
  package typealias Pause = @Sendable () async throws -> Void

  package let tools: EverythingTools
  package let resources = EverythingResources()
  package let prompts: EverythingPrompts
  package let tasks: EverythingTasks

  package init(pause: @escaping Pause) {
    tasks = EverythingTasks(pause: pause)
    prompts = EverythingPrompts()
    tools = EverythingTools(tasks: tasks, prompts: prompts, pause: pause)
  }

  package var offer: ServerOffer {
    ServerOffer(
      tools: tools, resources: resources, prompts: prompts, completions: EverythingCompletions(), tasks: tasks,
      logs: true)
  }

  package static let identity = ServerIdentity(
    implementation: Implementation(name: "scr-conformance-server", title: "Everything", version: "1.0.0"),
    instructions: "A server for conformance tests.")
}

/// The smallest media that are what they say, in Base64.
package enum Samples {
  package static let png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
  package static let wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=="
}
