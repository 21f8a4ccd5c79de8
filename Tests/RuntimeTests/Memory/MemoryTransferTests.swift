import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite struct MemoryTransferTests {
  private static let header = #"{"scrMemory":1,"exportedAt":"2026-11-24T12:00:00.000Z"}"#
  private static let record = MemoryRecord(
    id: MemoryRecord.randomID(), address: MemoryAddress(.fact, "k", in: "ns"),
    content: MemoryContent(
      text: "line\nbreak ☃", value: ["n": 1.5], tags: ["t"],
      provenance: MemoryProvenance(taskID: TaskID("task_1"), tool: "x", server: "y", isUntrusted: true), isPinned: true,
      expiresAt: Timestamp(milliseconds: 5)), revision: 3, createdAt: Timestamp(milliseconds: 1),
    updatedAt: Timestamp(milliseconds: 2))

  @Test func `a record goes through a line and comes back the same`() throws {
    let text = "\(Self.header)\n\(Self.record.json.jsonText)\n\n"
    #expect(try MemoryTransfer.parse(Array(text.utf8)) == [Self.record])
  }

  @Test func `pieces of any size give the same records`() throws {
    let text = Array("\(Self.header)\n\(Self.record.json.jsonText)\n\n\(Self.record.json.jsonText)".utf8)
    for size in [1, 7, 64, text.count] {
      var reader = MemoryTransferReader()
      var records: [MemoryRecord] = []
      for start in stride(from: 0, to: text.count, by: size) {
        records += try reader.feed(text[start..<min(start + size, text.count)])
      }
      records += try [reader.end()].compactMap(\.self)
      #expect(records == [Self.record, Self.record])
    }
  }

  @Test func `a line without end is refused before it takes all memory`() throws {
    var reader = MemoryTransferReader()
    _ = try reader.feed(Array("\(Self.header)\n".utf8))
    let piece = [UInt8](repeating: 0x20, count: MemoryTransfer.lineLimit)
    _ = try reader.feed(piece)
    #expect(throws: MemoryTransferError(line: 2, message: "is longer than \(MemoryTransfer.lineLimit) bytes")) {
      try reader.feed(piece)
    }
  }

  private static let bad: [(text: String, error: MemoryTransferError)] = [
    ("", MemoryTransferError(line: 1, message: "is empty")),
    ("[]", MemoryTransferError(line: 1, message: #"is no header of an export: {"scrMemory": 1, …}"#)),
    (
      #"{"scrMemory":2}"#,
      MemoryTransferError(
        line: 1, message: "has version 2, and this program knows up to 1: use the newer version of scr")
    ),
    ("\(header)\n{\"id\":\"x\"}", MemoryTransferError(line: 2, message: "is no record of memory")),
  ]

  @Test("what is no export is refused with its line", arguments: bad)
  func refused(text: String, error: MemoryTransferError) {
    #expect(throws: error) { try MemoryTransfer.parse(Array(text.utf8)) }
  }

  @Test func `of two records the later one stays, unless the imported one is to replace it`() async throws {
    let memory = InMemoryMemoryStore()
    let now = Timestamp(milliseconds: 2)
    var older = Self.record
    older.content.expiresAt = nil
    try await memory.write([.restore(older)])
    older.content.text = "imported"
    older.updatedAt = Timestamp(milliseconds: 1)
    #expect(try await MemoryTransfer.import([older], into: memory, replacing: false, now: now) == (0, 1))
    #expect(try await MemoryTransfer.import([older], into: memory, replacing: true, now: now) == (1, 0))
    #expect(try await memory.record(.id(older.id), now: now)?.content.text == "imported")
  }
}
