/// Everything that health is judged by, as it was read at one moment.
package struct HealthFacts: Sendable, Hashable {
  package var now: Timestamp
  /// Why the store cannot be read.
  package var storeFailure: String?
  /// Why nothing more is written.
  package var writeFailure: String?
  package var durability: StoreDurability
  /// The newest event and with it the newest change of a task.
  package var lastWrite: Timestamp?
  /// Rows that cannot be read; looked for on request only.
  package var damagedRows: Int?
  package var queued = 0
  package var maxQueued: Int
  /// Looked for on request only.
  package var oldestQueued: Timestamp?
  package var tree: SupervisionTree
  /// Whether the runtime works tasks off at all.
  package var isWorking: Bool
  package var servers: [String: ToolServerStatus] = [:]
  package var freeDisk: Int64?
  package var lowDisk: Int64
  package var incidents = 0

  package init(
    now: Timestamp, durability: StoreDurability, maxQueued: Int, tree: SupervisionTree, isWorking: Bool,
    lowDisk: Int64
  ) {
    self.now = now
    self.durability = durability
    self.maxQueued = maxQueued
    self.tree = tree
    self.isWorking = isWorking
    self.lowDisk = lowDisk
  }
}

extension HealthReport {
  package init(_ facts: HealthFacts) {
    var checks = [Self.store(facts), Self.queue(facts), Self.agents(facts)] + Self.servers(facts)
    if let disk = Self.disk(facts) { checks.append(disk) }
    if let clock = Self.clock(facts) { checks.append(clock) }
    self.init(checks, incidents: facts.incidents)
  }

  private static func store(_ facts: HealthFacts) -> HealthCheck {
    if let failure = facts.storeFailure {
      return HealthCheck(.store, .down, failure, since: facts.lastWrite, hint: "scr doctor and the log tell more")
    }
    if let failure = facts.writeFailure {
      return HealthCheck(
        .store, .down, failure, since: facts.lastWrite, hint: "start scr again; it ends by itself to be started anew")
    }
    if let damaged = facts.damagedRows, damaged > 0 {
      return HealthCheck(
        .store, .degraded, "\(damaged) rows cannot be read", since: facts.lastWrite,
        hint: "scr store check names them")
    }
    let written = facts.lastWrite.map { "it was last written at \($0)" } ?? "nothing was ever written"
    return facts.durability == .ephemeral
      ? HealthCheck(.store, .ok, "not durable: tasks are kept in memory; \(written)", since: facts.lastWrite)
      : HealthCheck(.store, .ok, "it can be read; \(written)", since: facts.lastWrite)
  }

  private static func queue(_ facts: HealthFacts) -> HealthCheck {
    let age = facts.oldestQueued.map { ", the oldest for \(max(0, facts.now.since($0).milliseconds)) ms" } ?? ""
    let detail = "\(facts.queued) of at most \(facts.maxQueued) tasks wait\(age)"
    guard facts.queued >= facts.maxQueued else { return HealthCheck(.queue, .ok, detail, since: facts.oldestQueued) }
    return HealthCheck(
      .queue, .degraded, "the queue is full: \(detail)", since: facts.oldestQueued,
      hint: "let it work off, or raise queue.maxSize")
  }

  private static func agents(_ facts: HealthFacts) -> HealthCheck {
    guard facts.isWorking else { return HealthCheck(.agents, .ok, "no agent runs: tasks are accepted and wait") }
    let all = facts.tree.everybody
    let stuck = all.filter(\.child.isStuck)
    let down = all.filter { $0.supervisor == facts.tree.id && $0.child.isDown }
    let exhausted = ([facts.tree] + all.map(\.child)).filter { $0.headroom == 0 }
    if let first = down.first {
      return HealthCheck(
        .agents, .degraded,
        "\(list(down.map(\.child.id))) \(down.count == 1 ? "is" : "are") not running"
          + (first.child.history.last.map { ": \(ServerWatch.headline(of: $0.reason.description))" } ?? ""),
        since: first.child.history.last?.at, hint: "list_incidents tells what was seen")
    }
    if !exhausted.isEmpty {
      return HealthCheck(
        .agents, .degraded, "\(list(exhausted.map(\.id))) may start nobody again: one more end, and it gives up",
        hint: "list_agents shows the restarts")
    }
    if !stuck.isEmpty {
      return HealthCheck(
        .agents, .degraded, "\(list(stuck.map(\.child.id))) \(stuck.count == 1 ? "is" : "are") stuck, and fenced",
        since: stuck.compactMap(\.child.startedAt).min(), hint: "list_incidents tells what was seen")
    }
    return HealthCheck(.agents, .ok, "\(all.count) run")
  }

  private static func servers(_ facts: HealthFacts) -> [HealthCheck] {
    facts.servers.sorted { $0.key < $1.key }.map { name, server in
      let reason = server.reason.map { ": \($0)" } ?? ""
      switch server.state {
      case .failed:
        return HealthCheck(
          .servers, name: name, .degraded, "the tool server \(name) failed\(reason)",
          hint: "scr mcp smoke --server \(name) shows what is wrong")
      case .restarting:
        return HealthCheck(.servers, name: name, .degraded, "the tool server \(name) is being started again\(reason)")
      case .configured, .starting, .ready, .stopped, .disabled, .needsApproval:
        return HealthCheck(
          .servers, name: name, .ok, "the tool server \(name) is \(server.state.rawValue)")
      }
    }
  }

  private static func disk(_ facts: HealthFacts) -> HealthCheck? {
    guard let free = facts.freeDisk else { return nil }
    let detail = "\(free >> 20) MiB are free beside the store"
    if free >= facts.lowDisk { return HealthCheck(.disk, .ok, detail) }
    return HealthCheck(
      .disk, .degraded, "\(detail), which is less than \(facts.lowDisk >> 20) MiB",
      hint: "make room: with a full disk no task is accepted")
  }

  /// How far events may lie ahead of the clock before that is told.
  private static let tolerance: Duration = .seconds(5)

  private static func clock(_ facts: HealthFacts) -> HealthCheck? {
    guard let last = facts.lastWrite else { return nil }
    let ahead = last.since(facts.now)
    guard ahead > tolerance else { return HealthCheck(.clock, .ok, "it runs forward") }
    return HealthCheck(
      .clock, .degraded, "the clock went back: the newest event is \(ahead.milliseconds) ms ahead of it", since: last,
      hint: "set the clock; deadlines and schedules go by it")
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}

extension SupervisionTree {
  /// All below this one, each with the supervisor it belongs to.
  var everybody: [(supervisor: String, child: SupervisionTree)] {
    children.flatMap { child in [(id, child)] + child.everybody }
  }

  var isStuck: Bool { if case .stuck = state { true } else { false } }

  var isDown: Bool {
    switch state {
    case .restarting, .stopped: true
    case .starting, .running, .stopping, .stuck: false
    }
  }
}
