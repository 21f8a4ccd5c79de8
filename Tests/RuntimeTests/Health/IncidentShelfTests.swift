import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("The shelf of incidents") struct IncidentShelfTests {
  private static let begin = Timestamp(milliseconds: 1_700_000_000_000)

  private static func incident(_ child: String, after time: Duration = .zero) -> Incident {
    Incident(.crashed, supervisor: "runtime", child: child, reason: "r", at: begin + time, done: "d")
  }

  @Test func `the same within the hour is one incident that counts`() {
    var shelf = IncidentShelf()
    #expect(shelf.add(Self.incident("a")).changes.count == 2)
    #expect(shelf.add(Self.incident("b", after: .seconds(1))).incident.number == 2)
    let again = shelf.add(Self.incident("a", after: .seconds(3600)))
    #expect(again.incident.number == 1)
    #expect(again.incident.times == 2)
    #expect(again.incident.lastAt == Self.begin + .seconds(3600))
    #expect(again.changes.count == 1)
    #expect(shelf.add(Self.incident("a", after: .seconds(7201))).incident.number == 3)
    #expect(shelf.incidents.map(\.times) == [2, 1, 1])
  }

  @Test func `the newest 200 are kept, each in a place of its own`() {
    var shelf = IncidentShelf()
    var places: Set<String> = []
    for number in 1...205 {
      for case .putDocument(let document) in shelf.add(Self.incident("c\(number)", after: .seconds(Int64(number))))
        .changes
      {
        places.insert(document.id)
      }
    }
    #expect(shelf.incidents.count == IncidentShelf.limit)
    #expect(shelf.incidents.map(\.number) == Array(6...205))
    #expect(places.count == IncidentShelf.limit)
  }

  @Test func `what is older than 30 days goes, and numbers go on`() {
    var shelf = IncidentShelf()
    _ = shelf.add(Self.incident("a"))
    _ = shelf.add(Self.incident("b", after: .seconds(1)))
    let late = shelf.add(Self.incident("c", after: IncidentShelf.retention + .seconds(2)))
    #expect(late.incident.number == 3)
    #expect(late.changes.first == .removeDocument(.incident, "1"))
    #expect(shelf.incidents.map(\.child) == ["b", "c"])
  }

  @Test func `a shelf that is read again goes on where it was`() {
    var shelf = IncidentShelf()
    var documents: [StoreDocument] = []
    for child in ["a", "b"] {
      for case .putDocument(let document) in shelf.add(Self.incident(child)).changes { documents.append(document) }
    }
    #expect(IncidentShelf(documents.reversed()) == shelf)
  }
}
