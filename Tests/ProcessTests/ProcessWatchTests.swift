import SCRProcess
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite(.timeLimit(.minutes(2))) struct ProcessWatchTests {
  @Test func `those that live at the end of the time are told, those that ended are not`() async throws {
    let table = ProcessTable()
    let recorder = Recorder()
    let child = try await table.spawn(stubborn("mute"), events: recorder.events)
    let watch = ProcessWatch([child.pid, getpid()])
    #expect(watch.pids == [child.pid, getpid()].sorted())
    await child.stop(ladder: .immediate)
    #expect(await watch.survivors(after: .milliseconds(20)) == [getpid()])
  }

  @Test func `the wait ends with the last process, not with the time`() async throws {
    let table = ProcessTable()
    let child = try await table.spawn(stubborn("mute"), events: Recorder().events)
    let watch = ProcessWatch([child.pid])
    async let survivors = watch.survivors(after: .seconds(100))
    await child.stop(ladder: .immediate)
    #expect(await survivors == [])
  }
}
