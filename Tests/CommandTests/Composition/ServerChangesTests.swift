import SCRServer
import Testing

@testable import SCRCommand

@Suite("What a new configuration means for the tool servers")
struct ServerChangesTests {
  private func server(_ name: String, _ change: (inout ServerSettings) -> Void = { _ in }) -> ServerSettings {
    var server = ServerSettings(name: name, command: "run", callTimeoutMs: 1000, origin: .standard)
    change(&server)
    return server
  }

  @Test("equal lists change nothing, wherever they were read")
  func nothing() {
    let moved = server("a") { $0.origin = .flag("--config") }
    #expect(ServerChanges(from: [server("a")], to: [moved]).isEmpty)
  }

  private typealias Change = @Sendable (inout ServerSettings) -> Void

  @Test("whatever its start depends on replaces the process")
  func replaced() {
    let changes: [Change] = [
      { $0.command = "other" }, { $0.args = ["-v"] }, { $0.env = ["A": "b"] }, { $0.cwd = "/tmp" },
      { $0.written = ServerWording(command: "run", env: ["A": .literal("c")]) },
    ]
    for change in changes {
      let found = ServerChanges(from: [server("a"), server("b")], to: [server("a", change), server("b")])
      #expect(found.summary == "replaced a")
    }
  }

  @Test("what is offered, vouched for and waited for does not")
  func redefined() {
    let changes: [Change] = [
      { $0.allowedTools = ["x"] }, { $0.excludedTools = ["x"] }, { $0.readOnlyTools = ["x"] },
      { $0.idempotentTools = ["x"] }, { $0.callTimeoutMs = 5 }, { $0.startupTimeoutMs = 5 },
    ]
    for change in changes {
      #expect(ServerChanges(from: [server("a")], to: [server("a", change)]).summary == "changed a")
    }
  }

  @Test("servers come, go, are disabled and approved")
  func comingAndGoing() {
    let waiting = server("w") { $0.state = .needsApproval }
    let disabled = server("d") { $0.state = .disabled }
    #expect(ServerChanges(from: [], to: [server("a"), waiting]).summary == "started a; held back w")
    #expect(ServerChanges(from: [server("a"), waiting], to: []).summary == "stopped a; forgotten w")
    #expect(ServerChanges(from: [waiting], to: [server("w")]).summary == "started w")
    let stopped = ServerChanges(from: [server("d")], to: [disabled])
    #expect(stopped.summary == "stopped d")
    #expect(stopped.idle == [disabled])
    #expect(ServerChanges(from: [disabled], to: [disabled]).isEmpty)
    let unset = server("d") { $0.state = .unsupported("no variable") }
    #expect(ServerChanges(from: [disabled], to: [unset]).idle == [unset])
  }

  @Test("one that gave up is tried again, changed or not")
  func gaveUp() {
    #expect(
      ServerChanges(from: [server("a"), server("b")], to: [server("a"), server("b")]) { $0 == "a" }.summary
        == "started a")
  }
}
