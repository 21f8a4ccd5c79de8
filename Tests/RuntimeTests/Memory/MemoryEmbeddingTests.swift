import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

/// One direction for each of a few meanings, whatever the words.
private final class MeaningEmbedder: Embedder {
  let model: String
  let batchSize = 4
  let calls = Signal<Int>()

  init(_ model: String = "meaning-1") { self.model = model }

  private static let meanings: [[String]] = [
    ["car", "automobile", "vehicle"], ["dog", "hound"], ["rain", "weather"],
  ]

  func embed(_ texts: [String]) async throws -> [[Float]] {
    calls.fire(texts.count)
    return texts.map { text in
      let words = Set(SearchWords.list(text))
      return Self.meanings.map { words.isDisjoint(with: $0) ? 0.01 : 1 }
    }
  }
}

/// Gives vectors of a length, unless it is told to fail.
private final class ToldEmbedder: Embedder {
  let model = "told"
  let batchSize = 3
  let length = Mutex(2)
  let failure: @Sendable ([String], Int) -> ModelError?
  private let count = Counter()

  /// - Parameter failure: by the texts and the number of the call.
  init(_ failure: @escaping @Sendable ([String], Int) -> ModelError? = { _, _ in nil }) { self.failure = failure }

  func embed(_ texts: [String]) async throws -> [[Float]] {
    if let error = failure(texts, count.next()) { throw error }
    let length = length.withLock { $0 }
    return texts.map { _ in [Float](repeating: 1, count: length) }
  }
}

private struct BrokenEmbedder: Embedder {
  let model = "broken"
  let batchSize = 4
  let answer: [[Float]]
  func embed(_ texts: [String]) async throws -> [[Float]] { answer }
}

@Suite(.timeLimit(.minutes(1))) struct MemoryEmbeddingTests {
  private let memory = InMemoryMemoryStore()

  private func fill() async throws {
    try await memory.write(
      ["an automobile", "a hound", "the weather", "a car", "stone", "sand"].enumerated().map {
        MemoryStoreConformance.put("k\($0)", $1)
      })
  }

  @Test func `records get their vectors in bounded pieces, and another model makes them anew`() async throws {
    try await fill()
    let first = MeaningEmbedder()
    let embedding = MemoryEmbedding(memory: memory, embedder: first)
    var counts: [Int] = []
    for _ in 0..<3 { counts.append(try await embedding.step()) }
    #expect(counts == [4, 2, 0])
    let second = MemoryEmbedding(memory: memory, embedder: MeaningEmbedder("meaning-2"))
    #expect(try await second.step() == 4)
    #expect(try await memory.withoutVector(of: "meaning-2#3", limit: 10).count == 2)
  }

  @Test func `an embedder that gives something else is told`() async throws {
    try await fill()
    for answer in [[[1]], [[1], [1], [1], [1, 2]], [[], [], [], []]] as [[[Float]]] {
      let embedding = MemoryEmbedding(memory: memory, embedder: BrokenEmbedder(answer: answer))
      await #expect(throws: EmbeddingError.self) { try await embedding.step() }
    }
  }

  @Test func `a search by meaning finds what has none of the words, and goes on by words without a model`() async throws
  {
    for (embedder, wanted) in [
      (MeaningEmbedder(), ["car", "automobile"]), (BrokenEmbedder(answer: []), ["car"]),
    ] as [(any Embedder, [String])] {
      var fixture = RuntimeFixture(FakeToolSource([:]))
      fixture.configuration.embedder = embedder
      let runtime = try await fixture.make()
      for text in ["automobile", "car", "hound", "stone"] {
        _ = try await runtime.putMemory(MemoryAddress(.fact, text), MemoryContent(text: text))
      }
      while let count = try? await runtime.embedding?.step(), count > 0 {}
      let page = try await runtime.searchMemory(
        MemoryQuery(match: MemoryMatch("car"), now: runtime.now), text: "car")
      #expect(Array(page.hits.map(\.record.content.text).prefix(2)) == wanted)
    }
  }

  @Test func `vectors of another length under the same name are another model's, and are made anew`() async throws {
    try await fill()
    let embedder = ToldEmbedder()
    let embedding = MemoryEmbedding(memory: memory, embedder: embedder)
    while try await embedding.step() > 0 {}
    #expect(try await memory.withoutVector(of: "told#2", limit: 10).isEmpty)
    embedder.length.withLock { $0 = 5 }
    try await memory.write([MemoryStoreConformance.put("new", "rain")])
    while try await embedding.step() > 0 {}
    #expect(try await memory.withoutVector(of: "told#5", limit: 10).isEmpty)
    #expect(try await embedding.vector(of: "rain").model == "told#5")
  }

  @Test func `a text that the model refuses is cut, or passed over, and holds up no other`() async throws {
    try await fill()
    try await memory.write([
      MemoryStoreConformance.put("long", String(repeating: "long ", count: 1000)),
      MemoryStoreConformance.put("bad", "poison"),
    ])
    let embedder = ToldEmbedder { texts, _ in
      if texts.contains(where: { $0.count > 1000 }) { return ModelError(.contextTooLong, "too long") }
      return texts.contains { $0.hasPrefix("p") } ? ModelError(.invalidRequest, "not that") : nil
    }
    let embedding = MemoryEmbedding(memory: memory, embedder: embedder)
    while try await embedding.step() > 0 {}
    #expect(try await memory.withoutVector(of: "told#2", limit: 10).map(\.address.key) == ["bad"])
  }

  @Test func `while the model does not answer records wait, and get their vectors afterwards`() async throws {
    try await fill()
    let (notices, clock) = (Signal<String>(), ManualClock())
    let embedder = ToldEmbedder { _, call in call <= 3 ? ModelError(.connection, "nobody is there") : nil }
    let agent = EmbeddingAgent(
      embedding: MemoryEmbedding(memory: memory, embedder: embedder), written: Bell(), clock: clock, pause: .zero,
      notice: { notices.fire($0) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await agent.run() }
      for pause in [1, 2, 4] {
        await clock.waitForSleepers()
        clock.advance(by: .seconds(pause))
      }
      while try await !memory.withoutVector(of: "told#2", limit: 10).isEmpty { await Task.yield() }
      group.cancelAll()
    }
    #expect(notices.all.count == 1 && notices.all.first?.contains("nobody is there") == true)
  }

  @Test func `the agent embeds what comes, and rests when there is nothing`() async throws {
    try await fill()
    let (embedder, bell, clock) = (MeaningEmbedder(), Bell(), ManualClock())
    let agent = EmbeddingAgent(
      embedding: MemoryEmbedding(memory: memory, embedder: embedder), written: bell, clock: clock, pause: .zero)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await agent.run() }
      // The first text shows how long the vectors are.
      _ = await embedder.calls.values(3)
      try await memory.write([MemoryStoreConformance.put("new", "rain")])
      bell.ring()
      let calls = await embedder.calls.values(4)
      #expect(calls == [1, 4, 2, 1])
      group.cancelAll()
    }
  }
}
