import Logging
import SCRProtocol
import SCRRuntime
import SCRServer

/// Checks a plan against the tools that there are, without a store and without running a step.
struct PlanCheck {
  private let loaded: LoadedSettings
  private let log: Logger
  private let context: CommandContext

  init(_ loaded: LoadedSettings, _ log: Logger, _ context: CommandContext) {
    self.loaded = loaded
    self.log = log
    self.context = context
  }

  /// - Throws: ``CommandFailure``, `RuntimeError` with everything that is wrong.
  func run(_ submission: TaskSubmission, name: String?, json: Bool) async throws -> CommandExit {
    // Whether there is one is told by the runtime.
    let plan = try Planner.plan(submission, hasModel: true)
    // Only the servers that the plan names are worth starting.
    var needed = loaded
    needed.servers = loaded.servers.filter { plan.serverNames.contains($0.name) }
    let host = try await RuntimeHost.open(needed, keeping: .nothing, log: log, in: context)
    _ = try await host.run(working: false) { try await host.runtime.prepare(submission) }
    Self.report(plan, name: name ?? submission.title ?? "plan", json: json, context.output)
    return .success
  }

  static func report(_ plan: Plan, name: String, json: Bool, _ output: Output) {
    let distinct = plan.toolNames.sorted()
    if json {
      output.result([
        "ok": true, "title": .string(plan.title), "steps": .array(plan.steps.map { .string($0.id) }),
        "tools": .array(distinct.map { .string($0) }),
      ])
    } else {
      let count = plan.steps.count
      output.result(
        "\(name) is good: \(count) \(count == 1 ? "step" : "steps")"
          + (distinct.isEmpty ? "" : ", tools \(distinct.joined(separator: ", "))"))
    }
  }
}

extension Plan {
  /// With those of the plans within it.
  fileprivate var toolNames: Set<String> {
    steps.reduce(into: []) { names, step in
      switch step.work {
      case .tool(let name, _): names.insert(name.qualified)
      case .plan(let child): names.formUnion(child.plan.toolNames)
      case .agent, .wait: break
      }
    }
  }
}
