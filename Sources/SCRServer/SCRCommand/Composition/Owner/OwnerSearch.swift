import SCRConnection
import SCRRuntime
import SCRServer
import SCRStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds out who has a state directory: this process from now on, or another that it can talk to.
///
/// An owner listens from right after it took the lock until right before it gives it up, so a directory that is locked
/// and has no socket belongs to an owner that just begins, just ends, or serves nobody. The first two are waited for.
struct OwnerSearch: Sendable {
  enum Found: Sendable {
    case owned(StateDirectory)
    case linked(OwnerLink)
  }

  let path: String
  let greeting: Greeting
  let clock: any RuntimeClock
  /// How long an owner that does not answer is waited for, about.
  var patience: Duration = .seconds(10)

  /// How long an owner may take from its lock to its greeting: it may bring an old store up to date.
  private static let greetingPatience: Duration = .seconds(30)
  private static let pauses: [Duration] = [.milliseconds(10), .milliseconds(20), .milliseconds(50), .milliseconds(100)]

  /// Takes the directory, or connects to its owner; whichever is possible first, again and again, so that between an owner
  /// that ends and its successor there is no gap to fall into.
  /// - Throws: `StoreError` where the directory cannot be used, `.locked` where its owner serves nobody;
  ///   ``CommandFailure`` with exit code 5 where the owner refuses.
  func claim() async throws -> Found {
    var waited: Duration = .zero
    var attempt = 0
    while true {
      let locked: StoreError
      do throws(StoreError) { return .owned(try StateDirectory.open(path)) } catch {
        guard error.code == .locked else { throw error }
        locked = error
      }
      if let link = try await link() { return .linked(link) }
      if waited >= patience { throw locked }
      let pause = Self.pauses[min(attempt, Self.pauses.count - 1)]
      try await clock.sleep(for: pause)
      waited += pause
      attempt += 1
    }
  }

  /// Connects to the owner and takes nothing.
  /// - Throws: ``CommandFailure`` with exit code 5 where nobody serves, or the owner refuses.
  func connect() async throws -> OwnerLink {
    var waited: Duration = .zero
    while true {
      if let link = try await link() { return link }
      let owner = StateDirectory.owner(of: path)
      if owner == nil || waited >= patience {
        throw CommandFailure(
          .unavailable, kind: "store_unavailable",
          owner.map { "process \($0) has the state directory \(path) and serves nobody else" }
            ?? "nobody serves the state directory \(path)",
          hint: owner == nil
            ? "start scr serve there; or use scr serve in place of scr connect, which becomes the owner where there is none"
            : "wait until it ends, or name another directory with --state DIR")
      }
      let pause: Duration = .milliseconds(50)
      try await clock.sleep(for: pause)
      waited += pause
    }
  }

  /// Nil where nobody listens.
  private func link() async throws -> OwnerLink? {
    let outcome = await withCheckedContinuation { continuation in
      WireThread.start { [path, greeting] in
        continuation.resume(
          returning: OwnerLink.open(
            LocalSocketPlace(directory: path), greeting: greeting, patience: Self.greetingPatience))
      }
    }
    switch outcome {
    case .linked(let link): return link
    case .absent: return nil
    case .refused(let reason):
      throw CommandFailure(
        .unavailable, kind: "store_unavailable", "the owner of the state directory \(path) cannot be used: \(reason)",
        hint: "end the owner or use the same scr as it does; or name another directory with --state DIR")
    }
  }
}

extension Greeting {
  /// The trait that says where tasks of the owner run.
  static let workspace = "the workspace"

  /// What this process says of itself, with what it would serve if it were the owner.
  /// - Parameter expose: as given to `scr serve`; nil exposes everything that is allowed.
  static func own(
    _ role: Role, _ loaded: LoadedSettings? = nil, expose: [String]? = nil, workingDirectory: String = ""
  ) -> Greeting {
    var greeting = Greeting(version: Version.text, role: role, pid: getpid())
    guard let loaded else { return greeting }
    let servers = loaded.servers.filter { $0.state == .enabled }
    greeting.traits = [
      "--expose": expose.map { $0.sorted().joined(separator: ",") } ?? "everything that is allowed",
      workspace: loaded.settings.workspaceRoot ?? workingDirectory,
      // Definitions may say more than others should read; their digest says whether they are the same.
      "the tool servers": servers.isEmpty
        ? "none"
        : servers.map(\.name).sorted().joined(separator: ",") + " ("
          + ServerDigests(loaded.servers).digest(of: Set(servers.map(\.name))).prefix(12) + ")",
    ]
    // The line has a limit; what differs behind the beginning of a long list is not told.
    greeting.traits = greeting.traits.mapValues { String($0.prefix(1000)) }
    return greeting
  }
}
