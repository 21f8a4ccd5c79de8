package import SCRProtocol
package import SCRRuntime

/// The native tool `time`: what time it is, in any zone of the machine's database.
package struct TimeTool: InlineTool {
  private struct Arguments: Sendable {
    var format: String?
    var timezone: String?
  }

  private enum Format: String, CaseIterable { case iso8601, unix, rfc2822, pretty }

  private let clock: any RuntimeClock
  private let zones: ZoneDatabase

  package init(clock: any RuntimeClock, zones: ZoneDatabase = ZoneDatabase()) {
    self.clock = clock
    self.zones = zones
  }

  private static let shape = Shape(
    "TimeArguments", { Arguments() },
    .optional(
      "format", \.format, .oneOf(Format.allCases.map(\.rawValue)),
      "The form of the text; iso8601 if it is left out. The structured result has the moment in every case."),
    .optional(
      "timezone", \.timezone, .string, "An IANA name such as \"Europe/Berlin\"; UTC if it is left out."))

  package let descriptor = ToolDescriptor(
    name: ToolName(tool: "time"), title: "Time", description: "Tells the current date and time in a time zone.",
    inputSchema: shape.schema,
    outputSchema: [
      "type": "object",
      "properties": [
        "iso8601": ["type": "string", "format": "date-time", "description": "With the zone's offset."],
        "unix": ["type": "integer", "description": "Whole seconds since 1970-01-01 in UTC."],
        "timezone": ["type": "string", "description": "The zone's name as it was given."],
        "offset": ["type": "string", "description": "The zone's present distance from UTC, such as +01:00."],
      ],
      "required": ["iso8601", "unix", "timezone", "offset"],
    ],
    annotations: ["title": "Time", "readOnlyHint": true, "destructiveHint": false, "openWorldHint": false],
    effect: .readOnly)

  package func run(_ arguments: JSONObject) -> ToolResult {
    let decoded: Arguments
    do throws(ShapeError) { decoded = try Self.shape.decode(.object(arguments), path: "arguments") } catch {
      let hint = error.hint.map { " (\($0))" } ?? ""
      return ToolResult(text: "\(error.path): \(error.message)\(hint)", isError: true)
    }
    let now = clock.now().milliseconds
    let seconds = CivilCalendar.floored(Int(now), 1000).quotient
    let name = decoded.timezone ?? "UTC"
    let period: PosixZone.Period
    let isUTC: Bool
    switch zones.lookUp(name) {
    case .universal: (period, isUTC) = (PosixZone.Period(abbreviation: "UTC", offset: 0), true)
    case .found(let zone): (period, isUTC) = (zone.period(at: seconds), false)
    case .unknown(let message): return ToolResult(text: message, isError: true)
    }
    let time = CivilTime(milliseconds: now, offset: period.offset)
    let iso8601 = time.iso8601(isUTC: isUTC)
    let text =
      switch decoded.format.flatMap(Format.init) ?? .iso8601 {
      case .iso8601: iso8601
      case .unix: String(seconds)
      case .rfc2822: time.rfc2822
      case .pretty: time.pretty(period.abbreviation)
      }
    return ToolResult(
      text: text,
      structuredContent: [
        "iso8601": .string(iso8601), "unix": .init(seconds), "timezone": .string(name),
        "offset": .string(time.offsetText()),
      ])
  }
}
