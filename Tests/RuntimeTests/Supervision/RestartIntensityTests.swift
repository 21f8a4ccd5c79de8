import SCRRuntime
import Testing

@Suite("A restart window counts as OTP's does")
struct RestartIntensityTests {
  private static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

  private func window(_ restarts: Int, within seconds: Int64 = 60) -> RestartWindow {
    RestartWindow(RestartIntensity(restarts: restarts, within: .seconds(seconds)))
  }

  private func adding(_ moments: [Int64], to window: RestartWindow) -> (allowed: [Bool], after: RestartWindow) {
    var window = window
    return (moments.map { window.add(at: Self.at($0)) }, window)
  }

  @Test func `more restarts within the period than allowed are too many`() {
    #expect(adding([0, 5, 10], to: window(2, within: 10)).allowed == [true, true, false])
  }

  @Test func `restarts that are older than the period no longer count`() {
    let (allowed, window) = adding([0, 5, 11, 17], to: window(2, within: 10))
    #expect(allowed == [true, true, true, true])
    #expect([17, 22, 28].map { window.headroom(at: Self.at($0)) } == [0, 1, 2])
  }

  @Test func `with no restart allowed the first one is too many`() {
    #expect(window(0).headroom(at: Self.at(0)) == 0)
    #expect(adding([0], to: window(0)).allowed == [false])
  }

  @Test func `a clock that jumps back neither forgets a restart nor keeps it for longer than the period`() {
    let (allowed, after) = adding([1000, 1001, 0], to: window(2, within: 10))
    #expect(allowed == [true, true, false])
    #expect(after.headroom(at: Self.at(0)) == 0)
    #expect(adding([1000, 1001, 0, 10, 11], to: window(3, within: 10)).allowed == [true, true, true, false, true])
  }

  @Test func `without a limit nothing is counted`() {
    let (allowed, window) = adding(Array(repeating: 0, count: 1000), to: RestartWindow(.unlimited))
    #expect(!allowed.contains(false))
    #expect(window.headroom(at: Self.at(0)) == nil)
    #expect(window == RestartWindow(.unlimited))
  }
}
