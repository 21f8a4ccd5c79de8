import Logging
import SCRRuntime
import SCRServer
import SCRTools
import Synchronization

/// The tool servers of a host: run, watched, and exchanged while it lives.
final class ToolServerFleet: Sendable {
  /// One server from its beginning until it is told to leave.
  private struct Member: Sendable {
    let source: ToolServerSource
    /// With the time that calls under way may take to end.
    let leave = OneShot<Duration>()
    let left = OneShot<Void>()
  }

  private struct State {
    var servers: [ServerSettings] = []
    var members: [String: Member] = [:]
    /// Not yet taken up by ``run()``.
    var arrivals: [Member] = []
  }

  private let state = Mutex(State())
  private let registry: ToolRegistry
  private let makeSource: @Sendable (ServerSettings) -> ToolServerSource
  private let environment: [String: String]
  private let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// - Parameters:
  ///   - environment: ours, of which servers get a part.
  ///   - makeSource: for a server that is enabled.
  init(
    _ servers: [ServerSettings], registry: ToolRegistry, environment: [String: String],
    makeSource: @escaping @Sendable (ServerSettings) -> ToolServerSource
  ) {
    self.registry = registry
    self.environment = environment
    self.makeSource = makeSource
    for server in servers { enter(server) }
    state.withLock { $0.servers = servers }
  }

  /// Makes the server known; it runs once ``run()`` comes to it.
  private func enter(_ server: ServerSettings) {
    guard server.state == .enabled else { return registry.set(IdleServer(server), of: server.name) }
    let member = Member(source: makeSource(server))
    // Whoever calls it from here on waits for its start, even while one of the same name still ends.
    registry.set(member.source, of: server.name)
    state.withLock { state in
      state.members[server.name] = member
      state.arrivals.append(member)
    }
  }

  /// Keeps the servers alive until the task is cancelled.
  func run() async {
    bell.yield()
    await withDiscardingTaskGroup { group in
      for await _ in bells {
        for member in takeArrivals() { group.addTask { await Self.live(member) } }
      }
      group.cancelAll()
    }
  }

  private func takeArrivals() -> [Member] {
    state.withLock { state in
      defer { state.arrivals = [] }
      return state.arrivals
    }
  }

  private static func live(_ member: Member) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await member.source.run() }
      group.addTask { if let grace = await member.leave.value() { await member.source.drain(within: grace) } }
      await group.next()
      group.cancelAll()
    }
    member.left.fire(())
  }

  /// Makes the servers those of a new configuration. Servers that are the same keep their process; one that is replaced
  /// ends before its successor starts. One call at a time.
  ///
  /// - Parameter grace: what calls that are under way may take before their server goes.
  func apply(_ servers: [ServerSettings], grace: Duration) async -> ServerChanges {
    let (old, members) = state.withLock { ($0.servers, $0.members) }
    let changes = ServerChanges(from: old, to: servers) { members[$0]?.source.status.state == .failed }
    let arriving = changes.started + changes.replaced
    let leaving = (changes.stopped + arriving.map(\.name)).compactMap { members[$0] }
    state.withLock { state in
      state.servers = servers
      for name in changes.stopped { state.members[name] = nil }
    }
    for server in changes.redefined { members[server.name]?.source.redefine(server.definition(environment)) }
    for name in changes.stopped { registry.set(nil, of: name) }
    for name in changes.forgotten { registry.set(nil, of: name) }
    for server in arriving + changes.idle { enter(server) }
    for member in leaving { member.leave.fire(grace) }
    for member in leaving { _ = await member.left.value() }
    bell.yield()
    return changes
  }
}
