import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr memory list`.
struct MemoryListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is remembered, newest first; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr memory list
        scr memory list --kind result --within 7d
        scr memory list --tag infra --json | jq '.records[].text'
      """)

  @OptionGroup var filter: MemoryFilterOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let query = try filter.query(now: context.clock.now())
    let page = try await MemoryPlace.read(settings.load(context)) { try await $0.find(query) } ?? MemoryPage()
    if common.json {
      context.output.result(MemoryProjection.records(page))
    } else {
      context.output.result(MemoryText.list(page.hits.map(\.record)))
      context.output.rest(of: page, "scr memory list")
    }
    return .success
  }
}

/// `scr memory search`.
struct MemorySearchCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Search what is remembered, the best first; works beside a running scr.",
    discussion: """
      Every word must be there; nothing in them is syntax. --any is content with one of them. With --operators
      "a phrase", begin*, -without and this OR that mean what they look like. Where memory.embeddings names a model, what
      means the same is found too, unless --operators is given.

      EXAMPLES
        scr memory search staging database
        scr memory search --any postgres mysql --kind fact
        scr memory search --operators '"release notes" -draft'
      """)

  @Argument(help: ArgumentHelp("What to look for.", valueName: "word")) var words: [String]
  @Flag(help: "One of the words is enough.") var any = false
  @Flag(help: "Read the words as a query.") var operators = false
  @OptionGroup var filter: MemoryFilterOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if any && operators { throw ValidationError("Give one of --any and --operators.") }
    if words.isEmpty { throw ValidationError("Name what to look for.") }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    var query = try filter.query(now: context.clock.now())
    query.match = MemoryMatch(words.joined(separator: " "), syntax: operators ? .operators : any ? .any : .all)
    let loaded = try settings.load(context)
    if !operators { query.vector = try await vector(loaded, context) }
    let page = try await MemoryPlace.read(loaded) { [query] in try await $0.find(query) } ?? MemoryPage()
    if common.json {
      context.output.result(MemoryProjection.hits(page))
    } else {
      context.output.result(MemoryText.hits(page.hits))
      context.output.rest(of: page, "the same search with")
    }
    return .success
  }

  /// A model that does not answer leaves the words.
  private func vector(_ loaded: LoadedSettings, _ context: CommandContext) async throws -> MemoryVector? {
    let settings = loaded.settings
    let models = ModelFleet(settings.models, environment: context.environment, clock: context.clock).registry
    guard let embedder = try MemoryVectors.embedder(settings.memory.embeddings, models) else { return nil }
    do { return try await MemoryEmbedding.vector(of: words.joined(separator: " "), by: embedder) } catch {
      context.output.note("note: searched by words alone, since there is no vector of them: \(error)")
      return nil
    }
  }
}

/// `scr memory show`.
struct MemoryShowCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one record with all that is known of it; works beside a running scr.",
    discussion: """
      EXAMPLES
        scr memory show mem_0123456789abcdef0123456789abcdef
        scr memory show task_0123456789abcdef0123456789abcdef
        scr memory show editor --kind fact --namespace default
      """)

  @OptionGroup var reference: MemoryReferenceOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let (now, reference) = (context.clock.now(), reference)
    let record = try await MemoryPlace.read(settings.load(context)) { try await reference.find(in: $0, now: now) }
    guard let record else { throw reference.unknown }
    if common.json { context.output.result(record.json) } else { context.output.result(MemoryText.whole(record)) }
    return .success
  }
}

extension Output {
  fileprivate func rest(of page: MemoryPage, _ again: String) {
    for id in page.damaged { note("\(TerminalText.clean(id)) cannot be read: scr memory verify tells more") }
    if let next = page.nextCursor { note("more: \(again) --cursor \(next)") }
  }
}
