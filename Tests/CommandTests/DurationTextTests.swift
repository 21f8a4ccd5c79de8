import SCRCommand
import Testing

@Suite struct DurationTextTests {
  @Test(
    "Durations are read in every unit and in sums",
    arguments: [
      ("200ms", Duration.milliseconds(200)), ("5m", .seconds(300)), ("1.5s", .milliseconds(1500)),
      ("2h", .seconds(7200)),
      ("1d", .seconds(86_400)), ("1h30m", .seconds(5400)), ("0.001s", .milliseconds(1)),
      ("366d", .seconds(366 * 86_400)),
    ])
  func reads(_ text: String, _ duration: Duration) throws {
    #expect(try DurationText.parse(text, option: "--timeout") == duration)
  }

  @Test(
    "What is no duration is refused as a wrong command line",
    arguments: ["", "5", "m", "5 m", "-5m", "5x", "1..5s", "1.2.3s", ".s", "5m3", "٣s"])
  func refuses(_ text: String) {
    let failure = #expect(throws: CommandFailure.self) { try DurationText.parse(text, option: "--timeout") }
    #expect(failure?.exit == .usage)
    #expect(failure?.message == "--timeout got \"\(text)\", which is no duration")
  }

  @Test("Durations out of bounds are refused", arguments: ["0s", "0.1ms", "367d", "9999999999999d", "366d1ms"])
  func bounds(_ text: String) {
    let failure = #expect(throws: CommandFailure.self) { try DurationText.parse(text, option: "--timeout") }
    #expect(failure?.exit == .usage)
  }

  @Test(
    "Durations are shown with the two units that matter",
    arguments: [
      (Duration.zero, "0 ms"), (.milliseconds(12), "12 ms"), (.milliseconds(999), "999 ms"),
      (.milliseconds(1249), "1.2 s"),
      (.milliseconds(59_999), "59.9 s"), (.seconds(125), "2 m 05 s"), (.seconds(3725), "1 h 02 m"),
      (.seconds(-1), "0 ms"),
    ])
  func formats(_ duration: Duration, _ text: String) { #expect(DurationText.format(duration) == text) }
}
