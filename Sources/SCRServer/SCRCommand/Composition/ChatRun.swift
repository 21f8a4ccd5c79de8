import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// One question of a person to a model, from its beginning to the answer on stdout.
struct ChatRun: Sendable {
  enum Format: Sendable, Hashable { case text, json, events }

  var request: ChatRequest
  var loaded: LoadedSettings
  var format: Format
  var context: CommandContext

  /// - Throws: ``CommandFailure``, `RuntimeError`.
  func run() async throws -> CommandExit {
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    // A store in memory: another scr may own the state directory, and must be able to begin meanwhile.
    let host = try await RuntimeHost.open(loaded, keeping: .nothing, log: log, in: context)
    return try await host.run(working: false) {
      let display = ChatDisplay(format, context.output)
      let outcome: Result<End, any Error>
      do { outcome = .success(try await chat(host.runtime, display)) } catch { outcome = .failure(Self.failure(error)) }
      let accounts = await keepAccounts(of: host.runtime)
      defer {
        if format == .text, case .failed(let why) = accounts {
          context.output.note("not counted in scr models usage: \(why)")
        }
      }
      switch try outcome.get() {
      case .signal(let signal): return .signal(signal)
      case .answered(var answer):
        if accounts != .kept { answer.isCounted = false }
        return await display.end(answer)
      }
    }
  }

  private enum End: Sendable {
    case answered(ChatAnswer)
    case signal(Int32)
  }

  private enum Accounts: Sendable, Hashable {
    case kept
    /// With a state in memory.
    case unwanted
    case failed(String)
  }

  private func chat(_ runtime: CognitiveRuntime, _ display: ChatDisplay) async throws -> End {
    try await withThrowingTaskGroup(of: End?.self) { group in
      group.addTask { [request] in
        if !request.tools.isEmpty { await runtime.registry.settle(within: .seconds(10)) }
        return .answered(try await runtime.chat(request) { await display.show($0, at: runtime.now) })
      }
      group.addTask { [signals = context.signals] in await signals.first().map { End.signal($0) } }
      defer { group.cancelAll() }
      while let end = try await group.next() {
        guard let end else { continue }
        if case .signal = end { await display.interrupted() }
        return end
      }
      throw RuntimeError(.internal, "the chat came to no end")
    }
  }

  /// With the exit code of whose fault it is.
  private static func failure(_ error: any Error) -> any Error {
    guard let error = error as? RuntimeError else { return error }
    if let cause = error.cause as? ModelError { return CommandFailure(cause) }
    if error.path?.hasPrefix("tools") == true {
      return CommandFailure(.usage, kind: error.kind.name, "--tools: \(error.message)", hint: error.hint)
    }
    return CommandFailure(error)
  }

  /// What it took becomes part of the accounts, unless somebody else owns them.
  private func keepAccounts(of runtime: CognitiveRuntime) async -> Accounts {
    if loaded.settings.stateDir == Settings.inMemory { return .unwanted }
    let now = context.clock.now()
    do {
      // All days: the chat may have begun before midnight.
      let ledger = try await runtime.modelAccounts(since: "")
      if ledger.isEmpty { return .kept }
      let stores = try await Stores.open(loaded.settings) { _ in }
      let added: Result<Void, StoreError>
      do throws(StoreError) {
        added = .success(try await ModelDays.add(ledger, to: stores.tasks, now: now))
      } catch { added = .failure(error) }
      await stores.close()
      try added.get()
      return .kept
    } catch { return .failed("\(error)") }
  }
}
