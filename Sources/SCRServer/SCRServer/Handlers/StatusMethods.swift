import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// How the runtime is, and who works in it.
  static func status(_ runtime: CognitiveRuntime, _ clients: ConnectedClients?) -> [NativeMethod] {
    [
      NativeMethod("status", TaskVerbSummary.status, NoParams.shape, gives: NativeResult("Status")) { _, _ in
        guard let clients, case .object(var fields) = StatusProjection.json(try await runtime.status()) else {
          return StatusProjection.json(try await runtime.status())
        }
        fields["clients"] = clients.json
        return .object(fields)
      },
      NativeMethod(
        "health", "Tells whether the runtime can do its work, part by part.", HealthParams.shape,
        gives: NativeResult("Health")
      ) {
        params, _ in
        StatusProjection.health(await runtime.health(deep: params.deep ?? false), runtime.durability)
      },
      NativeMethod(
        "list_agents",
        "Shows who runs under whom, with restarts and who is stuck, and the agents and skills that plans may use.",
        NoParams.shape, gives: NativeResult("AgentList")
      ) {
        _, _ in
        var fields: JSONObject = [
          "incarnation": .string(runtime.incarnation.text), "startedAt": .string(runtime.startedAt.description),
          "tree": await runtime.supervisionTree().json(),
        ]
        for field in AgentProjection.fields(runtime.configuration) { fields[field.key] = field.value }
        return .object(fields)
      },
      NativeMethod(
        "list_incidents", "Lists what went wrong with agents and tool servers, newest first.",
        ListIncidentsParams.shape, gives: NativeResult("IncidentPage")
      ) { params, _ in
        let page = try await runtime.incidents(cursor: params.cursor, limit: params.limit ?? 50)
        var fields: JSONObject = ["incidents": .array(page.incidents.map(\.json))]
        fields["nextCursor"] = page.nextCursor.map { .string($0) }
        return .object(fields)
      },
      NativeMethod(
        "list_servers", "Lists the tool servers and their states.", NoParams.shape, gives: NativeResult("ServerList")
      ) { _, _ in
        ["servers": StatusProjection.servers(try await runtime.status().servers)]
      },
    ]
  }
}
