import Foundation
import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRStore

@Suite struct AgentsCommandTests {
  private static let tree: JSONValue = [
    "id": "runtime", "kind": "supervisor", "state": "running", "restarts": 0, "strategy": "oneForOne",
    "children": [["id": "memory", "kind": "worker", "state": "running", "restarts": 0]],
  ]

  /// Leaves a picture as an owner does, and looks at it while `body` runs.
  private func owning(
    _ shop: Workshop, processID: Int32, _ body: () async throws -> Void
  ) async throws {
    let directory = try StateDirectory.open(shop.state)
    let store = try await SQLiteTaskStore.open(in: directory)
    let now = Timestamp(milliseconds: 1_700_000_000_000)
    let picture = AgentPicture(
      incarnation: Incarnation("run_1"), processID: processID, at: now, tree: Self.tree)
    _ = try await store.commit(
      StoreBatch(
        at: now,
        changes: [.putDocument(StoreDocument(.agents, id: AgentPicture.id, body: picture.json, now: now))]))
    try await body()
    await store.close()
    directory.release()
  }

  @Test func `Beside its owner the tree is shown, and after it what it left`() async throws {
    try await Workshop.use { shop in
      let pid = ProcessInfo.processInfo.processIdentifier
      try await owning(shop, processID: pid) {
        let (exit, output) = await shop.run(["agents"])
        #expect(exit == .success)
        #expect(
          output.result == """
            process \(pid), as it has been since 2023-11-14T22:13:20.000Z

            AGENT     STATE    SINCE  RESTARTS  ABOUT
            runtime   running                   oneForOne, any number of restarts
              memory  running         0

            """)
      }
      let later = await shop.run(["agents"]).output.result
      #expect(later.hasPrefix("process \(pid) is gone; this is what it last left, at 2023-11-14T22:13:20.000Z\n"))
    }
  }

  @Test func `As JSON it says whether the owner lives`() async throws {
    try await Workshop.use { shop in
      try await owning(shop, processID: .max) {
        let shown = try JSONParser.parse(await shop.run(["agents", "--json"]).output.result)
        #expect(
          shown == [
            "incarnation": "run_1", "pid": .integer(Int64(Int32.max)), "at": "2023-11-14T22:13:20.000Z",
            "tree": Self.tree, "isLive": false,
          ])
      }
    }
  }

  @Test func `Where nobody left a picture that is told`() async throws {
    try await Workshop.use { shop in
      let (exit, output) = await shop.run(["agents"])
      #expect(exit == .failed)
      #expect(output.note.contains("no scr has left a picture of its agents in \(shop.state)"))
    }
  }

  @Test func `Restarts, pauses and who is stuck are seen`() {
    let tree: JSONValue = [
      "id": "runtime", "kind": "supervisor", "state": "running", "strategy": "dynamic", "headroom": 2,
      "children": [
        [
          "id": "a", "kind": "worker", "state": "restarting", "until": "2023-11-14T22:13:20.000Z", "restarts": 2,
          "history": [["at": "2023-11-14T22:13:19.000Z", "reason": "disk full"]],
        ],
        ["id": "b", "label": "fake.hold", "kind": "worker", "state": "stuck", "cause": "silent", "restarts": 0],
      ], "more": 5,
    ]
    let picture = AgentPicture(
      incarnation: Incarnation("run_1"), processID: nil, at: Timestamp(milliseconds: 0), tree: tree)
    #expect(
      AgentText.text(picture, isLive: false) == """
        a process is gone; this is what it last left, at 1970-01-01T00:00:00.000Z

        AGENT         STATE           SINCE  RESTARTS  ABOUT
        runtime       running                          dynamic, 2 restarts left
          a           restarting             2         starts again at 2023-11-14T22:13:20.000Z: disk full
          b           stuck (silent)         0         fake.hold
          and 5 more
        """)
  }
}
