import SCRProtocol
import Testing

struct ImplementationTests {
  @Test func `a title is told to those who know titles`() {
    let implementation = Implementation(name: "a", title: "A", version: "1")
    let titled: JSONValue = ["name": "a", "title": "A", "version": "1"]
    let plain: JSONValue = ["name": "a", "version": "1"]
    #expect(
      ProtocolRevision.allCases.map { implementation.json(for: $0) } == [plain, plain, titled, titled, titled])
    #expect(Implementation(titled) == implementation)
  }

  @Test func `without a name it is nobody; a missing version is empty`() {
    #expect(Implementation(["version": "1"]) == nil)
    #expect(Implementation("a") == nil)
    #expect(Implementation(["name": "a"]) == Implementation(name: "a", version: ""))
  }
}
