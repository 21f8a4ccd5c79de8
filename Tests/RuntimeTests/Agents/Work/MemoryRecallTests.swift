import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("What memory holds is known to an agent that begins")
struct MemoryRecallTests {
  private static let source = FakeToolSource(effects: ["read": .readOnly], ["read": { _ in ToolResult(text: "x") }])

  /// Plans one writer, whose text is the answer.
  private static func model(_ answers: [String: String]) -> ModelFake {
    ModelFake { request in
      switch request.purpose.role {
      case "planner": return ModelFake.json(["steps": [["id": "w", "agent": "writer", "goal": "Write it."]]])
      case "critic":
        return ModelFake.json([
          "criteria": [["name": "all", "score": 9, "reason": "done"]], "verdict": "pass", "feedback": [],
        ])
      default:
        return ModelFake.text(answers[request.purpose.taskID?.text ?? ""] ?? "The invoices of Meyer are in folder 7.")
      }
    }
  }

  private static func fixture(_ model: ModelFake) -> RuntimeFixture {
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    return fixture
  }

  private static func finish(_ goal: String, _ runtime: CognitiveRuntime) async throws -> TaskID {
    let id = try await runtime.submit(TaskSubmission(goal: goal)).id
    _ = try await runtime.wait(for: id, timeout: nil)
    return id
  }

  private static func planning(_ model: ModelFake, _ id: TaskID) -> String {
    model.all.first { $0.purpose.role == "planner" && $0.purpose.taskID == id }?.messages.first?.text ?? ""
  }

  @Test("the planner of a second goal reads what the first came to, as material with its source")
  func second() async throws {
    let model = Self.model([:])
    let fixture = Self.fixture(model)
    try await fixture.live { runtime in
      let first = try await Self.finish("Find the invoices of Meyer", runtime)
      _ = await fixture.memory.puts.values(1)
      let second = try await Self.finish("Which folder has the invoices of Meyer?", runtime)
      let told = Self.planning(model, second)
      #expect(!Self.planning(model, first).contains("What memory holds"))
      #expect(told.contains("What memory holds that may have to do with it"))
      #expect(told.contains(": memory: result, of \(first), "))
      #expect(told.contains("The invoices of Meyer are in folder 7."))
      // It is part of the opening, so a take-up reads the same.
      let entry = try #require(try await fixture.store.document(.agentTurn, "\(second)/plan/0.1/1"))
      #expect(entry.body["type"] == "opened" && entry.body["user"]?.stringValue == told)
    }
  }

  @Test("what shares nothing but common words is left out, and so is everything where it is turned off")
  func nothing() async throws {
    let model = Self.model([:])
    var fixture = Self.fixture(model)
    try await fixture.live { runtime in
      _ = try await runtime.putMemory(
        MemoryAddress(.fact, "weather"), MemoryContent(text: "the sun is out, and in the morning there was rain"))
      let id = try await Self.finish("Find the invoices of Meyer in the archive", runtime)
      #expect(!Self.planning(model, id).contains("What memory holds"))
    }
    fixture.configuration.agents.recalledRecords = 0
    try await fixture.live { runtime in
      let id = try await Self.finish("Find the invoices of Meyer in the archive", runtime)
      #expect(!Self.planning(model, id).contains("What memory holds"))
    }
  }

  @Test("count and bytes are bounded, and what may have been written by anybody says so")
  func bounds() async throws {
    let memory = InMemoryMemoryStore()
    let long = String(repeating: "invoice meyer ", count: 2000)
    let writes = (1...9).map { number in
      MemoryWrite.put(
        MemoryAddress(.fact, "k\(number)"),
        MemoryContent(text: "\(long)\(number)", provenance: MemoryProvenance(isUntrusted: number == 9)))
    }
    _ = try await memory.commit(MemoryBatch(at: Timestamp(milliseconds: 1), writes: writes))
    let caughtUp = OneShot<Void>()
    caughtUp.fire(())
    let recall = MemoryRecall(
      memory: memory, embedding: nil, rules: AgentRules(recalledRecords: 3, recalledBytes: 4096), clock: ManualClock(),
      caughtUp: caughtUp, notice: { _ in })
    let now = Timestamp(milliseconds: 2)
    let found = await recall.recollections(on: "invoice meyer", for: .planner, except: [], now: now)
    #expect(found.count == 2 && found.reduce(0) { $0 + $1.text.utf8.count } == 4096)
    #expect(found.first?.source == "fact, 1970-01-01T00:00:00.001Z, in part from tool servers")
    #expect(await recall.recollections(on: "invoice meyer", for: .writer, except: [], now: now).isEmpty)
  }
}
