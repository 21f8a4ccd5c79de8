import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr chat`.
struct ChatCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Ask a model, and print its answer as it comes.",
    discussion: """
      The answer goes to stdout; who answered, the tokens and the cost go to stderr if that is a terminal. Nothing is kept
      but the cost (scr models usage). With --tools the model may call tools, as agents do. Ctrl-C ends it (exit 130).
      Exit 2 if no model is configured.

      EXAMPLES
        scr chat "What is a monad?"
        git diff | scr chat - --system "Review this change."
        scr chat "Which file here is the largest?" --tools 'filesystem.*'
        scr chat "Say hello" --provider local --model llama3.1 --json | jq .usage
        scr chat "Three colours" --schema '{"type":"array","items":{"type":"string"}}' | jq '.[0]'
      """)

  @Argument(help: "What to ask; - reads it from stdin.") var prompt: String

  @Option(help: ArgumentHelp("The configured provider; the default one unless given.", valueName: "name"))
  var provider: String?
  @Option(help: ArgumentHelp("Another model of it than the configured one.", valueName: "name")) var model: String?
  @Option(help: ArgumentHelp("Instructions that stand above the question.", valueName: "text")) var system: String?

  @Option(
    help: ArgumentHelp(
      "Let the model call these tools: names or patterns, separated by commas. May be given again.", valueName: "names")
  )
  var tools: [String] = []

  @Option(
    help: ArgumentHelp(
      "A JSON Schema: the answer is JSON by it, and asked for again if it is not.", valueName: "json"))
  var schema: String?
  @Option(help: ArgumentHelp("How much the answer may vary, from 0 to 2.", valueName: "number"))
  var temperature: Double?
  @Option(help: ArgumentHelp("Ask for the same answer each time, where the provider can.", valueName: "number"))
  var seed: Int64?

  @Flag(help: "Write every event as a line of JSON to stdout, and the answer as the last one.") var events = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json || events }

  /// Bytes of a question.
  private static let limit = 4 << 20

  func validate() throws {
    if common.json && events { throw ValidationError("Give --json or --events, not both.") }
    if let temperature, !(0...2).contains(temperature) {
      throw ValidationError("--temperature is a number from 0 to 2.")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    var loaded = try settings.load(context)
    let request = try request()
    // Nobody waits for servers whose tools the model does not get.
    loaded.servers = loaded.servers.filter { server in request.tools.contains { Self.mayName($0, server.name) } }
    if !wantsJSON { context.output.notices(loaded) }
    context.signals.install()
    let session = ChatRun(
      request: request, loaded: loaded, format: events ? .events : common.json ? .json : .text, context: context)
    return try await session.run()
  }

  private func request() throws -> ChatRequest {
    let text = try prompt == "-" ? readInput() : prompt
    var request: ChatRequest
    do { request = try ChatRequest(text) } catch {
      throw CommandFailure.usage("there is no question: \(error.message)")
    }
    request.system = system
    request.provider = provider
    request.model = model
    request.temperature = temperature
    request.seed = seed
    if let schema { try demand(schema, of: &request) }
    request.tools = tools.flatMap { $0.split(separator: ",").map(\.trimmed) }.filter { !$0.isEmpty }
    return request
  }

  private func demand(_ text: String, of request: inout ChatRequest) throws(CommandFailure) {
    let schema: JSONValue
    do throws(JSONParseError) { schema = try JSONParser.parse(text) } catch {
      throw .usage("--schema is not JSON: \(error)")
    }
    do throws(RuntimeError) { try request.demand(schema) } catch { throw .usage("--schema: \(error.message)") }
  }

  private func readInput() throws(CommandFailure) -> String {
    guard let bytes = StandardStreams.readInput(limit: Self.limit) else {
      throw CommandFailure.usage("stdin holds more than \(Self.limit) bytes", hint: "ask about less at once")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure.usage("stdin is not UTF-8 text")
    }
    return text
  }

  /// Whether a name or pattern may mean a tool of that server.
  static func mayName(_ pattern: String, _ server: String) -> Bool {
    let fixed = String(pattern.prefix { $0 != "*" && $0 != "?" })
    return ["\(server).", "\(server)_"].contains { start in
      fixed.hasPrefix(start) || (fixed != pattern && start.hasPrefix(fixed))
    }
  }
}
