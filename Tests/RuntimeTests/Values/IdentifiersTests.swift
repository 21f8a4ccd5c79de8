import SCRRuntime
import Testing

struct IdentifiersTests {
  @Test func `ids are marked, lower-case hexadecimal, and never the same`() {
    let tasks = (0..<100).map { _ in TaskID.random().text }
    #expect(Set(tasks).count == 100)
    #expect(tasks.allSatisfy { $0.wholeMatch(of: /task_[0-9a-f]{32}/) != nil })
    #expect(Incarnation.random().text.wholeMatch(of: /run_[0-9a-f]{32}/) != nil)
    #expect(RandomHex.make(bytes: 0) == "")
  }
}
