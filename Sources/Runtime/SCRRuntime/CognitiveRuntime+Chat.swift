import SCRProtocol

// Conversations outside of any task.
extension CognitiveRuntime {
  /// One answer to a conversation. With tools the model may call them, through the registry as everybody else, within
  /// ``AgentRules/turns``. Nothing of it is kept but what it took (``ModelDays``).
  ///
  /// - Parameter tell: gets `model.started`, `model.delta`, `model.finished`, `tool.called` and `tool.returned` as they happen;
  ///   the model is read no further while it runs.
  /// - Throws: `RuntimeError`: `model_unavailable`, `not_found` and `denied` for tools, `shutting_down`, and what became of the
  ///   request; `CancellationError`, which closes the connection to the provider; or what `tell` threw.
  package func chat(
    _ request: ChatRequest, tell: @escaping @Sendable (EventDraft) async throws -> Void
  ) async throws -> ChatAnswer {
    if isShuttingDown { throw RuntimeError(.shuttingDown, "the runtime is shutting down", isRetryable: true) }
    let provider: any ModelProvider
    do throws(ModelError) { provider = try models.provider(request.provider) } catch { throw RuntimeError(error) }
    let tools = try ChatTools.select(request.tools, from: registry.catalogue)
    var session = ChatSession(
      request, provider: provider, tools: tools, registry: registry, rules: configuration.agents,
      account: { [store, clock] ledger in
        let now = clock.now()
        let dated = ledger.grouped { key in
          var key = key
          key.day = now.day
          return key
        }
        do throws(StoreError) { try await ModelDays.add(dated, to: store, now: now) } catch { return false }
        return true
      }, tell: tell)
    return try await session.run()
  }

  /// What models were asked for from a day on, by day, task, role, provider and model.
  /// - Parameter first: `2026-11-24`; UTC.
  package func modelAccounts(since first: String) async throws(RuntimeError) -> ModelLedger {
    do throws(StoreError) { return try await ModelAccounts.read(since: first, from: store) } catch {
      throw RuntimeError(error)
    }
  }
}
