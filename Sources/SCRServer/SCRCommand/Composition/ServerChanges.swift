import SCRProtocol
import SCRServer

/// What a new configuration means for the tool servers of a host that runs. Pure.
struct ServerChanges: Sendable, Hashable {
  /// Begin to run; one that gave up is begun again.
  private(set) var started: [ServerSettings] = []
  /// Run with another definition, so that their process has to go.
  private(set) var replaced: [ServerSettings] = []
  /// Keep their process: what is offered, what is vouched for or a time limit is different.
  private(set) var redefined: [ServerSettings] = []
  /// Ran, and no longer do.
  private(set) var stopped: [String] = []
  /// Are listed and do not run, newly so or for another reason.
  private(set) var idle: [ServerSettings] = []
  /// Are not known any more.
  private(set) var forgotten: [String] = []

  /// - Parameter hasGivenUp: whether a server that is enabled runs no more.
  init(from old: [ServerSettings], to new: [ServerSettings], hasGivenUp: (String) -> Bool = { _ in false }) {
    let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
    let names = Set(new.map(\.name))
    for server in new { take(server, before: before[server.name], hasGivenUp) }
    for server in old where !names.contains(server.name) {
      if server.state == .enabled { stopped.append(server.name) }
      forgotten.append(server.name)
    }
  }

  private mutating func take(_ server: ServerSettings, before: ServerSettings?, _ hasGivenUp: (String) -> Bool) {
    let ran = before?.state == .enabled
    guard server.state == .enabled else {
      if ran { stopped.append(server.name) }
      if before?.state != server.state { idle.append(server) }
      return
    }
    guard let before, ran else { return started.append(server) }
    if !before.startsLike(server) {
      replaced.append(server)
    } else if hasGivenUp(server.name) {
      started.append(server)
    } else if !before.behavesLike(server) {
      redefined.append(server)
    }
  }

  var isEmpty: Bool {
    started.isEmpty && replaced.isEmpty && redefined.isEmpty && stopped.isEmpty && idle.isEmpty && forgotten.isEmpty
  }

  /// For the log: `started git; replaced fs`.
  var summary: String {
    let parts: [(String, [String])] = [
      ("started", started.map(\.name)), ("replaced", replaced.map(\.name)), ("changed", redefined.map(\.name)),
      ("stopped", stopped), ("held back", idle.map(\.name).filter { !stopped.contains($0) }),
      ("forgotten", forgotten.filter { !stopped.contains($0) }),
    ]
    return parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
  }
}

extension ServerSettings {
  /// The same program in the same surroundings, values of variables included.
  fileprivate func startsLike(_ other: ServerSettings) -> Bool {
    command == other.command && args == other.args && env == other.env && cwd == other.cwd
      && wording.identity == other.wording.identity
  }

  fileprivate func behavesLike(_ other: ServerSettings) -> Bool {
    var other = other
    other.origin = origin
    return self == other
  }
}
