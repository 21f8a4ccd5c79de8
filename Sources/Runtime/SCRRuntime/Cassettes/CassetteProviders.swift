import SCRProtocol

/// The models of a recorded run.
package final class CassetteProvider: ModelProvider {
  package let profile = ModelProfile(name: "cassette", kind: "cassette")
  private let player: CassettePlayer

  package init(_ player: CassettePlayer) { self.player = player }

  package func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    for event in try player.answer(to: request).events { try await onEvent(event) }
  }
}

/// The tools of a recorded run that belong to one server, or the native ones.
package struct CassetteToolSource: ToolSource {
  package let serverName: String?
  package let tools: [ToolDescriptor]
  private let player: CassettePlayer

  private init(_ name: String?, _ tools: [ToolDescriptor], _ player: CassettePlayer) {
    serverName = name
    self.tools = tools
    self.player = player
  }

  /// One for each server.
  package static func all(_ player: CassettePlayer) -> [CassetteToolSource] {
    Dictionary(grouping: player.cassette.tools, by: \.name.server).map { CassetteToolSource($0.key, $0.value, player) }
  }

  package var status: ToolServerStatus { ToolServerStatus(state: .ready, toolCount: tools.count) }
  package func settle() async {}
  package func call(_ call: ToolCall) async throws -> ToolResult { try player.outcome(of: call) }
}
