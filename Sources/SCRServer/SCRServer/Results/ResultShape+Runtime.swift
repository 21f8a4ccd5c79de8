import SCRProtocol
import SCRRuntime

extension ResultShape {
  /// Of the methods about the runtime, its tools and its agents.
  static let runtime: [ResultShape] = [
    ResultShape(
      "Status", "What the runtime is doing.", .always("incarnation", .text), .always("startedAt", .moment),
      .always("store", .shape("Store")), .always("tasks", .counts), .always("runningTasks", .count),
      .always("maxConcurrentTasks", .count), .always("toolCount", .count), .always("servers", .list(of: "Server")),
      .perhaps("clients", .list(of: "Client"))),
    ResultShape(
      "Client", "Somebody who is connected; role is host, bridge or command.", .always("role", .text),
      .perhaps("pid", .count), .always("since", .moment)),
    ResultShape(
      "Store", "Where the truth lies.", .always("durability", ["enum": ["durable", "not durable"]]),
      .perhaps("path", .text), .perhaps("failure", .text)),
    ResultShape(
      "Server", "A tool server.", .always("name", .text), .always("state", .text), .always("toolCount", .count),
      .always("restarts", .count), .perhaps("protocolRevision", .text), .perhaps("pid", .count),
      .perhaps("reason", .text)),
    ResultShape("ServerList", "The tool servers by name.", .always("servers", .list(of: "Server"))),
    ResultShape(
      "Health", "Whether the runtime can do its work; the worst of its parts decides.", .always("status", health),
      .always("store", .shape("Store")), .always("reasons", .names), .always("checks", .list(of: "HealthCheck")),
      .always("incidents", .count)),
    ResultShape(
      "HealthCheck", "One part.", .always("name", .text), .always("kind", .text), .always("status", health),
      .always("detail", .text), .perhaps("since", .moment), .perhaps("hint", .text)),
    ResultShape(
      "AgentList", "Who runs under whom, and the agents and skills that plans may use.", .always("incarnation", .text),
      .always("startedAt", .moment), .always("tree", .shape("Child")),
      .always("definitions", .list(of: "AgentDefinition")), .always("skills", .list(of: "Skill"))),
    ResultShape(
      "Child", "A supervised child, or a supervisor with its own; `more` counts those that are not shown.",
      .always("id", .text), .perhaps("label", .text), .always("kind", .text), .always("state", .text),
      .perhaps("until", .moment), .perhaps("cause", .text), .perhaps("startedAt", .moment),
      .perhaps("lastBeat", .moment), .always("restarts", .count), .perhaps("history", .list(of: "Restart")),
      .perhaps("strategy", .text), .perhaps("headroom", .count), .perhaps("taskId", .text), .perhaps("stepId", .text),
      .perhaps("children", .list(of: "Child")), .perhaps("more", .count)),
    ResultShape("Restart", "When and why a child was started again.", .always("at", .moment), .always("reason", .text)),
    ResultShape(
      "AgentDefinition", "An agent that plans may name.", .always("name", .text), .always("description", .text),
      .always("kind", .text), .perhaps("builtIn", ["const": true]), .perhaps("tools", .names),
      .perhaps("skills", .names),
      .perhaps("provider", .text), .perhaps("model", .text), .perhaps("budget", .anyObject),
      .perhaps("maxTurns", .count), .perhaps("file", .text)),
    ResultShape(
      "Skill", "Instructions that agents read when they need them.", .always("name", .text),
      .always("description", .text), .always("files", .names), .always("folder", .text)),
    ResultShape("IncidentPage", "Incidents, newest first.", [.always("incidents", .list(of: "Incident"))] + Field.page),
    ResultShape(
      "Incident", "What went wrong with an agent or a tool server.", .always("number", .count), .always("kind", .text),
      .perhaps("supervisor", .text), .always("child", .text), .always("reason", .text), .perhaps("cause", .text),
      .always("at", .moment), .always("lastAt", .moment), .always("times", .count), .perhaps("startedAt", .moment),
      .perhaps("lastBeat", .moment), .always("restarts", .count), .perhaps("taskId", .text), .perhaps("stepId", .text),
      .perhaps("evidence", .names), .always("done", .text)),
    ResultShape("ToolList", "All tools.", .always("tools", .list(of: "Tool"))),
    ResultShape(
      "Tool", "A tool by its names inside and on the wire.", .always("name", .text), .always("wireName", .text),
      .perhaps("server", .text), .perhaps("title", .text), .always("description", .text), .always("inputSchema", true),
      .perhaps("outputSchema", true), .perhaps("annotations", .anyObject), .always("effect", .text),
      .always("permitted", .flag)),
    ResultShape(
      "ToolOutcome", "What a tool answered, and how the call went.",
      .always("content", ["type": "array", "items": .anyObject]), .perhaps("structuredContent", true),
      .always("isError", .flag), .always("meta", .shape("CallMeta"))),
    ResultShape(
      "CallMeta", "Who answered a call and how long it took.", .always("source", ["enum": ["native", "mcp"]]),
      .perhaps("server", .text), .always("tool", .text), .always("durationMs", .count), .always("traceId", .text),
      .perhaps("taskId", .text)),
    ResultShape("Document", "The description of the interface: an OpenRPC 1.3 document.", openFields),
  ]

  private static let health: JSONValue = ["enum": ["ok", "degraded", "down"]]

  private static let openFields: [Field] = [
    .always("openrpc", .text), .always("info", .anyObject),
    .always("methods", ["type": "array", "items": .anyObject]),
    .always("components", .anyObject), .always("x-notifications", ["type": "array", "items": .anyObject]),
  ]
}
