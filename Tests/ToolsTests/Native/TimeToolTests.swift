import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRTools

@Suite("The time tool", .timeLimit(.minutes(1)))
struct TimeToolTests {
  private let clock = ManualClock(now: Timestamp(milliseconds: 1_795_498_481_125))

  private func run(_ arguments: JSONObject) -> ToolResult { TimeTool(clock: clock).run(arguments) }

  private let berlin: JSONValue = [
    "iso8601": "2026-11-24T06:34:41.125+01:00", "unix": 1_795_498_481, "timezone": "Europe/Berlin",
    "offset": "+01:00",
  ]

  @Test(
    "each format of one moment",
    arguments: [
      ("iso8601", "2026-11-24T06:34:41.125+01:00"), ("unix", "1795498481"),
      ("rfc2822", "Tue, 24 Nov 2026 06:34:41 +0100"), ("pretty", "Tuesday, 24 November 2026, 06:34:41 CET"),
    ])
  func formats(format: String, text: String) {
    #expect(
      run(["format": .string(format), "timezone": "Europe/Berlin"])
        == ToolResult(text: text, structuredContent: berlin))
  }

  @Test("without arguments it is UTC in ISO 8601, and it follows the clock")
  func defaults() {
    func utc(_ text: String, _ unix: JSONValue) -> ToolResult {
      ToolResult(
        text: text,
        structuredContent: ["iso8601": .string(text), "unix": unix, "timezone": "UTC", "offset": "+00:00"])
    }
    #expect(run([:]) == utc("2026-11-24T05:34:41.125Z", 1_795_498_481))
    clock.advance(by: .seconds(86_400 * 38))
    #expect(run([:]) == utc("2027-01-01T05:34:41.125Z", 1_798_781_681))
  }

  @Test("moments before 1970 round down")
  func negative() {
    let tool = TimeTool(clock: ManualClock(now: Timestamp(milliseconds: -1)))
    #expect(
      tool.run([:]).structuredContent == [
        "iso8601": "1969-12-31T23:59:59.999Z", "unix": -1, "timezone": "UTC", "offset": "+00:00",
      ])
  }

  @Test(
    "wrong arguments are a result with isError that says what would be right",
    arguments: [
      (["format": "iso"], "arguments.format: expected one of iso8601, unix, rfc2822, pretty"),
      (["timezone": 1], "arguments.timezone: expected a string, found integer"),
      (["zone": "UTC"], "arguments.zone: unknown member \"zone\" (known are format, timezone)"),
      (["timezone": "Europe/Berln"], "unknown time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"?"),
    ] as [(JSONObject, String)])
  func faults(arguments: JSONObject, message: String) {
    #expect(run(arguments) == ToolResult(text: message, isError: true))
  }

  @Test("the native tools are the calculator and the time, both without effect")
  func factory() {
    let descriptors = NativeTools.all(clock: clock).map(\.descriptor)
    #expect(descriptors.map(\.name.qualified) == ["calculator", "time"])
    #expect(descriptors.allSatisfy { $0.effect == .readOnly && $0.outputSchema?["type"] == "object" })
  }

  @Test(
    "arguments and results have the shapes that the tools declare",
    arguments: [
      ("calculator", ["expression": "1/3"]), ("calculator", ["operation": "add", "a": "0.1", "b": 2]),
      ("calculator", ["operation": "power", "a": 2, "b": 200]), ("time", [:]),
      ("time", ["format": "pretty", "timezone": "Asia/Kolkata"]),
    ] as [(String, JSONObject)])
  func shapes(name: String, arguments: JSONObject) throws {
    let tool = try #require(NativeTools.all(clock: clock).first { $0.descriptor.name.tool == name })
    let result = try #require(tool.run(arguments).structuredContent)
    let output = try #require(tool.descriptor.outputSchema)
    #expect(try JSONSchema.compile(tool.descriptor.inputSchema).validate(.object(arguments)) == [])
    #expect(try JSONSchema.compile(output).validate(result) == [])
  }
}
