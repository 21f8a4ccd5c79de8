import MCPServer
import SCRProtocol

// Tools that answer at once.
extension EverythingTools {
  func content(_ name: String) -> CallToolResult? {
    switch name {
    case "test_simple_text": CallToolResult(text: "This is a simple text response for testing.")
    case "test_image_content": CallToolResult(content: [ContentBlock.image(Samples.png, mimeType: "image/png")])
    case "test_audio_content": CallToolResult(content: [ContentBlock.audio(Samples.wav, mimeType: "audio/wav")])
    case "test_embedded_resource":
      CallToolResult(content: [
        ContentBlock.resource(
          ResourceContents(
            uri: "test://embedded-resource", mimeType: "text/plain", .text("This is an embedded resource content.")))
      ])
    case "test_multiple_content_types":
      CallToolResult(content: [
        ContentBlock.text("Multiple content types test:"), ContentBlock.image(Samples.png, mimeType: "image/png"),
        ContentBlock.resource(
          ResourceContents(
            uri: "test://mixed-content-resource", mimeType: "application/json",
            .text(#"{"test":"data","value":123}"#))),
      ])
    case "test_error_handling":
      CallToolResult(text: "This tool intentionally returns an error for testing", isError: true)
    case "json_schema_2020_12_tool": CallToolResult(text: "The schema is what matters.")
    default: nil
    }
  }

  // Tools that tell of something while they work.
  func report(_ call: IncomingToolCall) async throws -> CallToolResult? {
    switch call.name {
    case "test_tool_with_progress":
      for step in [0, 50, 100] {
        if step > 0 { try await pause() }
        call.progress.report(Double(step), total: 100, message: "Completed step \(step) of 100")
      }
      return CallToolResult(text: "The work is done.")
    case "test_tool_with_logging", "test_logging_tool":
      for (place, message) in ["execution started", "processing data", "execution completed"].enumerated() {
        if place > 0 { try await pause() }
        call.context.log.log(.info, .string("Tool \(message)"), logger: "everything")
      }
      return CallToolResult(text: "The messages were sent to those who want them.")
    case "test_trigger_tool_change":
      listChanges.tell(())
      return CallToolResult(text: "The change of the tools was told.")
    case "test_trigger_prompt_change":
      prompts.listChanges.tell(())
      return CallToolResult(text: "The change of the prompts was told.")
    default: return nil
    }
  }
}
