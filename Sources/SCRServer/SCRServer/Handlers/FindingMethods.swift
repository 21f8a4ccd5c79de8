import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// What the parts of a task share.
  static func findings(_ runtime: CognitiveRuntime) -> [NativeMethod] {
    [
      NativeMethod(
        "add_finding", "Keeps something worth knowing for a task's other steps; the newest 100 are kept.",
        AddFindingParams.shape, gives: NativeResult("Finding")
      ) { params, _ in
        try await runtime.addFinding(
          params.value, to: TaskID(params.taskID), stepID: params.stepID, source: params.source
        ).json
      },
      NativeMethod(
        "list_findings", "Lists what was found for a task and its family.", ListFindingsParams.shape,
        gives: NativeResult("FindingPage")
      ) {
        params, _ in
        let page = try await runtime.findings(
          of: TaskID(params.taskID), newestFirst: params.newestFirst ?? false, cursor: params.cursor,
          limit: params.limit ?? 50)
        var fields: JSONObject = ["findings": .array(page.findings.map(\.json))]
        fields["nextCursor"] = page.nextCursor.map { .string($0) }
        return .object(fields)
      },
      NativeMethod(
        "clear_findings", "Removes what was found for a task and its family.", TaskIDParams.shape,
        gives: NativeResult("FindingsCleared")
      ) {
        params, _ in
        ["removed": JSONValue(try await runtime.clearFindings(of: TaskID(params.taskID)))]
      },
    ]
  }
}
