import Foundation
import SCRProtocol
import SCRServer
import Testing

@testable import SCRCommand

@Suite struct EffectsLedgerTests {
  private static func call(
    _ tool: ChaosTool, _ token: String = "t/s", key: String? = "k", refusals: Int = 0
  ) -> LedgerIndex.Call { LedgerIndex.Call(tool: tool, token: token, key: key, refusals: refusals) }

  private static func lines(_ path: String) throws -> [LedgerLine] {
    var reader = LedgerReader()
    return try reader.read(path: EffectsLedger.path(in: path, server: "alpha"))
  }

  @Test func `A line comes back as it was written`() {
    let line = LedgerLine(
      kind: .effect, serial: "alpha:1", at: 5, life: 2, pid: 7, tool: "apply", token: "t/s", key: "k", call: 1,
      from: ["a": "beta:3"])
    #expect(LedgerLine(line.json.encoded) == line)
    #expect(LedgerLine(line.json.encoded.dropLast(3)) == nil)
  }

  @Test func `A marked tool takes effect once per key and then gives the same answer again`() async throws {
    try await Workshop.use { shop in
      let ledger = EffectsLedger(folder: shop.path, server: "alpha", life: 1)
      let given = try [
        ledger.record(Self.call(.apply), at: 1), ledger.record(Self.call(.apply), at: 2),
        ledger.record(Self.call(.apply, "t/other", key: "k2"), at: 3),
      ]
      #expect(given.map(\.kind) == [.effect, .replay, .effect])
      #expect(given.map(\.serial) == ["alpha:1", "alpha:1", "alpha:3"])
      #expect(given.map(\.call) == [1, 2, 1])
      #expect(try Self.lines(shop.path) == given)
    }
  }

  @Test func `A tool without a mark takes effect at every call, and one that looks never does`() async throws {
    try await Workshop.use { shop in
      let ledger = EffectsLedger(folder: shop.path, server: "alpha", life: 1)
      let given = try [ChaosTool.act, .act, .look].map { try ledger.record(Self.call($0), at: 1) }
      #expect(given.map(\.kind) == [.effect, .effect, .look])
      #expect(Set(given.map(\.serial)).count == 3)
    }
  }

  @Test func `It refuses as often as the step wants, and counts over the server's deaths`() async throws {
    try await Workshop.use { shop in
      let first = EffectsLedger(folder: shop.path, server: "alpha", life: 1)
      let second = EffectsLedger(folder: shop.path, server: "alpha", life: 2)
      let call = Self.call(.apply, refusals: 2)
      let given = try [
        first.record(call, at: 1), second.record(call, at: 2), first.record(call, at: 3), second.record(call, at: 4),
      ]
      #expect(given.map(\.kind) == [.refusal, .refusal, .effect, .replay])
      #expect(given.map(\.life) == [1, 2, 1, 2])
    }
  }

  @Test func `A line that a crash tore counts for nothing and spoils no other`() async throws {
    try await Workshop.use { shop in
      let first = try EffectsLedger(folder: shop.path, server: "alpha", life: 1).record(Self.call(.apply), at: 1)
      let path = EffectsLedger.path(in: shop.path, server: "alpha")
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(#"{"kind":"effect","ser"#.utf8))
      try handle.close()
      let second = try EffectsLedger(folder: shop.path, server: "alpha", life: 2).record(
        Self.call(.apply, "t/x", key: "x"), at: 2)
      #expect(try Self.lines(shop.path) == [first, second])
    }
  }

  @Test func `A ledger that cannot be written takes no effect`() {
    #expect(throws: DiskFile.Failure.self) {
      try EffectsLedger(folder: "/proc/nowhere", server: "alpha", life: 1).record(Self.call(.act), at: 1)
    }
  }

  @Test func `A reader goes on where it was, and a file that is not there has no lines`() async throws {
    try await Workshop.use { shop in
      let path = EffectsLedger.path(in: shop.path, server: "alpha")
      var reader = LedgerReader()
      #expect(try reader.read(path: path) == [])
      let ledger = EffectsLedger(folder: shop.path, server: "alpha", life: 1)
      let first = try ledger.record(Self.call(.act), at: 1)
      #expect(try reader.read(path: path) == [first])
      let second = try ledger.record(Self.call(.act), at: 2)
      #expect(try reader.read(path: path) == [second])
    }
  }
}
