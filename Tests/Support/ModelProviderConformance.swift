package import SCRRuntime
import Synchronization

/// The rules of ``ModelProvider``, for every implementation alike. A subject answers any request with some text and some
/// calls of tools.
package enum ModelProviderConformance {
  package typealias Check = ConformanceCheck<any ModelProvider>

  package static let request = ModelRequest(messages: [.user("go")], purpose: ModelPurpose(role: "worker"))

  package static let checks: [Check] = [
    Check("an answer begins with started and ends with finished, each once") { provider in
      let events = try await events(provider)
      let starts = events.indices.filter { if case .started = events[$0] { true } else { false } }
      let ends = events.indices.filter { if case .finished = events[$0] { true } else { false } }
      try same(starts, [0])
      try same(ends, [events.count - 1])
    },
    Check("a call begins before it is complete, with the same id and name") { provider in
      var begun: [Int: (id: String, name: String)] = [:]
      var complete: Set<Int> = []
      for event in try await events(provider) {
        switch event {
        case .toolCallStarted(let call, let id, let name):
          try holds(begun.updateValue((id, name), forKey: call) == nil, "call \(call) began twice")
        case .toolCallArguments(let call, _):
          try holds(begun[call] != nil && !complete.contains(call), "arguments outside call \(call)")
        case .toolCall(let call, let made):
          try holds(begun[call]?.id == made.id && begun[call]?.name == made.name, "call \(call) is another than began")
          try holds(complete.insert(call).inserted, "call \(call) was completed twice")
        default: break
        }
      }
      try same(Set(begun.keys), complete)
      try holds(!begun.isEmpty, "the subject makes no call")
    },
    Check("the answer is the sum of its events") { provider in
      let all = Mutex<[ModelEvent]>([])
      let response = try await provider.respond(to: request) { event in all.withLock { $0.append(event) } }
      var sum = ModelResponse()
      for event in all.withLock({ $0 }) { sum.add(event) }
      try same(sum, response)
      try same(response.start?.provider, provider.profile.name)
      try same(response.start?.isScripted, provider.profile.isScripted)
    },
    Check("what a listener throws ends the request, and nothing more comes") { provider in
      struct Enough: Error {}
      let count = Mutex(0)
      do {
        try await provider.generate(request) { _ in
          count.withLock { $0 += 1 }
          throw Enough()
        }
      } catch is Enough {
        return try same(count.withLock { $0 }, 1)
      }
      throw ConformanceFailure(description: "the error was swallowed")
    },
    Check("a cancelled request ends with CancellationError") { provider in
      let outcome = await withTaskGroup(of: String.self) { group in
        group.cancelAll()
        group.addTask {
          do { try await provider.generate(request) { _ in } } catch is CancellationError { return "cancelled" } catch {
            return "\(error)"
          }
          return "it answered"
        }
        return await group.next()
      }
      try same(outcome, "cancelled")
    },
  ]

  private static func events(_ provider: any ModelProvider) async throws -> [ModelEvent] {
    let all = Mutex<[ModelEvent]>([])
    try await provider.generate(request) { event in all.withLock { $0.append(event) } }
    return all.withLock { $0 }
  }
}
