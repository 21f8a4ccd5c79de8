import SCRProtocol
import Testing

@testable import SCRCommand

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct CrashTestTests {
  private static let task: JSONValue = [
    "state": "completed", "steps": [["id": "first", "state": "completed"], ["id": "last", "state": "completed"]],
  ]

  @Test func `It holds when the task completed and each effect happened once`() {
    #expect(
      CrashTest.findings(Self.task, effects: ["first", "second", "last"]) == [
        CrashTest.Finding(
          claim: "the task completed after the second start", holds: true,
          evidence: "completed (first completed, last completed)"),
        CrashTest.Finding(
          claim: "finished steps were not run again", holds: true, evidence: "effects first, second, last"),
      ])
  }

  @Test(
    "It does not hold when an effect is missing or doubled",
    arguments: [
      [], ["first", "second"], ["first", "first", "second", "last"], ["second", "first", "last"],
    ])
  func effects(_ effects: [String]) {
    #expect(CrashTest.findings(Self.task, effects: effects).map(\.holds) == [true, false])
  }

  @Test func `It does not hold when the task failed`() {
    #expect(
      CrashTest.findings(["state": "failed"], effects: ["first", "second", "last"]).map(\.holds) == [false, true])
  }

  @Test(
    "The parent of a process is read whatever its name is",
    arguments: [
      ("7 (sh) S 3 7 7 0", Int32?(3)), ("7 (a ) S 9 (b) R 12 1", 12), ("7 (gone) Z 3 7", nil), ("7 (sh", nil),
      ("", nil),
    ])
  func parents(_ line: String, _ parent: Int32?) { #expect(ProcessTree.parent(inStat: line) == parent) }

  @Test func `The tree knows this process and its parent`() {
    let tree = ProcessTree.now()
    #expect(tree.parent(of: getpid()) == getppid())
    #expect(tree.descendants(of: getppid()).contains(getpid()))
  }
}
