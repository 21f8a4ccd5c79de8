import Testing

@testable import SCRProcess

struct LeftoverSearchTests {
  private func process(_ pid: Int32, _ parent: Int32, owner: UInt32 = 1000, start: UInt64 = 50) -> ProcessFacts {
    ProcessFacts(identity: ProcessIdentity(pid: pid, start: start), parent: parent, owner: owner, name: "p\(pid)")
  }

  private func found(
    _ processes: [ProcessFacts], recorded: [ProcessIdentity] = [], marked: Set<Int32> = [], own: Int32 = 100
  ) -> [Int32] {
    LeftoverSearch(recorded: Set(recorded), owner: 1000, own: own)
      .found(among: processes) { marked.contains($0.identity.pid) }.map(\.identity.pid)
  }

  @Test func `those with a recorded number and beginning are found, with all that descends from them`() {
    let processes = [process(100, 1), process(20, 1), process(21, 20), process(22, 21), process(30, 1)]
    #expect(found(processes, recorded: [ProcessIdentity(pid: 20, start: 50)]) == [20, 21, 22])
  }

  @Test func `a number that was given again names nobody`() {
    let processes = [process(100, 1), process(20, 1), process(21, 20)]
    #expect(found(processes, recorded: [ProcessIdentity(pid: 20, start: 49)]) == [])
  }

  @Test func `a mark finds those that nothing else connects with us`() {
    #expect(found([process(100, 1), process(40, 1), process(41, 1)], marked: [40]) == [40])
  }

  @Test func `processes of another user are left alone, marked, recorded or descending`() {
    let processes = [process(100, 1), process(20, 1), process(21, 20, owner: 0), process(40, 1, owner: 7)]
    #expect(found(processes, recorded: [ProcessIdentity(pid: 20, start: 50)], marked: [21, 40]) == [20])
  }

  @Test func `we, what we descend from and what we started are spared, though we descend from a leftover`() {
    let processes = [
      process(1, 0), process(10, 1), process(50, 10), process(100, 50), process(101, 100), process(60, 10),
    ]
    #expect(found(processes, marked: [10, 50, 60, 100]) == [60])
    #expect(found(processes, recorded: [ProcessIdentity(pid: 10, start: 50)]) == [])
  }

  @Test func `the first process of the machine is never ended`() {
    #expect(found([process(1, 0), process(100, 1)], recorded: [ProcessIdentity(pid: 1, start: 50)], marked: [1]) == [])
  }

  @Test func `parents that go in a circle end the search`() {
    #expect(found([process(20, 21), process(21, 20), process(100, 100)], marked: [20]) == [20, 21])
  }
}
