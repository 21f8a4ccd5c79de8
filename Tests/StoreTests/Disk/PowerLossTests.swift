import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("The power may go at any moment", .timeLimit(.minutes(5)))
struct PowerLossTests {
  /// What of the unsynced writes the disk kept, and how much of the write during which the power went.
  struct Case: Sendable, CustomTestStringConvertible {
    let kept: FaultyDisk.Kept
    let bytes: Int
    /// Every so many moments are tried.
    var stride = 1
    let testDescription: String
  }

  static let cases = [
    Case(kept: .synced, bytes: 0, testDescription: "nothing unsynced is kept"),
    Case(kept: .everything, bytes: 0, stride: 5, testDescription: "only the process is gone"),
    Case(kept: .everything, bytes: 2000, stride: 3, testDescription: "the last write is torn"),
    Case(kept: .some(seed: 1), bytes: 4096, stride: 3, testDescription: "some of it is kept"),
    Case(kept: .some(seed: 2), bytes: 1024, stride: 2, testDescription: "some of it is kept, the last write is torn"),
  ]

  @Test("what was acknowledged is there, and no half batch, whenever it goes", arguments: cases)
  func anyMoment(_ situation: Case) async throws {
    var (moment, wasReached, losses) = (1, true, 0)
    while wasReached {
      try await FaultyDisk.use { disk in
        disk.plan(.powerLoss(bytes: situation.bytes), at: .changes, nth: moment)
        let work = await ScriptedWork.run(in: disk.folder)
        wasReached = !disk.hasPower
        try disk.restart(keeping: situation.kept)
        let there = try await ScriptedWork.verify(disk.folder, holds: work.acknowledged)
        losses += ScriptedWork.count - there.count
        #expect(wasReached || work.acknowledged.count == ScriptedWork.count, "moment \(moment)")
      }
      moment += situation.stride
    }
    #expect(moment > 60)
    #expect(losses > 0, "no moment of this took anything away, so nothing was tried")
  }

  @Test("going on after a loss, and losing the power again while the log is read, loses nothing either")
  func twice() async throws {
    for moment in stride(from: 8, to: 60, by: 13) {
      for second in 1...8 {
        try await FaultyDisk.use { disk in
          disk.plan(.powerLoss(bytes: 512), at: .changes, nth: moment)
          let work = await ScriptedWork.run(in: disk.folder)
          try disk.restart(keeping: .everything)
          disk.plan(.powerLoss(bytes: 512), at: .changes, nth: second)
          let more = await ScriptedWork.run(in: disk.folder, first: ScriptedWork.count)
          try disk.restart(keeping: .synced)
          try await ScriptedWork.verify(
            disk.folder, holds: work.acknowledged.union(more.acknowledged), upTo: 2 * ScriptedWork.count)
        }
      }
    }
  }

  @Test("a disk that says it flushed and did not is found out by this very check")
  func lyingDisk() async throws {
    try await FaultyDisk.use { disk in
      disk.plan(.fail(0), at: .sync, count: nil)
      let work = await ScriptedWork.run(in: disk.folder)
      #expect(work.acknowledged.count == ScriptedWork.count)
      try disk.restart(keeping: .synced)
      await #expect(throws: BrokenPromise.self) {
        try await ScriptedWork.verify(disk.folder, holds: work.acknowledged)
      }
    }
  }
}
