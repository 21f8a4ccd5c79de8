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
      let outcome: Result<CommandExit, any Error>
      do { outcome = .success(try await chat(host.runtime, display)) } catch { outcome = .failure(Self.failure(error)) }
      await keepAccounts(of: host.runtime)
      return try outcome.get()
    }
  }

  private func chat(_ runtime: CognitiveRuntime, _ display: ChatDisplay) async throws -> CommandExit {
    try await withThrowingTaskGroup(of: CommandExit?.self) { group in
      group.addTask { [request] in
        if !request.tools.isEmpty { await runtime.registry.settle(within: .seconds(10)) }
        let answer = try await runtime.chat(request) { await display.show($0, at: runtime.now) }
        return await display.end(answer)
      }
      group.addTask { [signals = context.signals] in await signals.first().map { CommandExit.signal($0) } }
      defer { group.cancelAll() }
      while let exit = try await group.next() {
        guard let exit else { continue }
        if exit.isSignal { await display.interrupted() }
        return exit
      }
      return .failed
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
  private func keepAccounts(of runtime: CognitiveRuntime) async {
    if loaded.settings.stateDir == Settings.inMemory { return }
    let now = context.clock.now()
    guard let ledger = try? await runtime.modelAccounts(since: now.day), !ledger.isEmpty else { return }
    do {
      let stores = try await Stores.open(loaded.settings) { _ in }
      let added: Result<Void, StoreError>
      do throws(StoreError) {
        added = .success(try await ModelDays.add(ledger, to: stores.tasks, now: now))
      } catch { added = .failure(error) }
      await stores.close()
      try added.get()
    } catch {
      guard context.output.isTerminal, format == .text else { return }
      context.output.note("not counted in scr models usage: \(error)")
    }
  }
}
