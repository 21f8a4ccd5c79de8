import SCRProtocol
import Testing

struct ProtocolRevisionTests {
  @Test func `revisions stand in the order of their dates, and each is either legacy or modern`() {
    let all = ProtocolRevision.allCases
    #expect(all.map(\.rawValue) == ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"])
    #expect(all.sorted() == all)
    #expect(ProtocolRevision.legacy + ProtocolRevision.modern == all)
    #expect(all.map(\.isModern) == [false, false, false, false, true])
  }

  @Test(
    arguments: [
      ("2024-11-05", ProtocolRevision.november2024), ("2025-03-26", .march2025), ("2025-06-18", .june2025),
      ("2025-11-25", .november2025), ("2026-07-28", .november2025), ("1.0", .november2025), (nil, .november2025),
    ] as [(String?, ProtocolRevision)])
  func `initialize gets the revision asked for if it is a legacy one, else the newest of those`(
    requested: String?, answered: ProtocolRevision
  ) {
    #expect(ProtocolRevision.negotiate(requested) == answered)
  }

  @Test func `an era names the shapes that an answer may use`() {
    let eras: [Era] = [.modern(.july2026), .legacy(.march2025), .native]
    #expect(eras.map(\.revision) == [.july2026, .march2025, .july2026])
    #expect(eras.map(\.isModern) == [true, false, false])
  }
}
