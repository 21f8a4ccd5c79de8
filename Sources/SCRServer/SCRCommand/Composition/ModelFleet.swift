import SCRHTTP
import SCRModels
import SCRProtocol
package import SCRRuntime
package import SCRServer

/// The configured language models, each with everything around it. Nothing is reached until something is asked.
package struct ModelFleet: Sendable {
  package let registry: ModelRegistry
  /// In the order of their names.
  package let facts: [ModelFacts]

  /// - Parameters:
  ///   - environment: where keys are looked up.
  ///   - readFile: the bytes of a file of a key or a script; nil where there is none. Blocks.
  package init(
    _ settings: ModelSettings, environment: [String: String], clock: any RuntimeClock,
    readFile: @escaping (String) throws -> [UInt8]? = { try DiskFile.read($0) }
  ) {
    let client = HTTPClient(HTTPOptions(caFile: environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }))
    let maker = ModelMaker(environment: environment, readFile: readFile, client: client, clock: clock)
    let names = settings.providers.keys.sorted()
    let made = names.compactMap { name in settings.providers[name].map { (name, $0, maker.make(name, $0)) } }
    let lines: [String: ModelGateway.Line] = Dictionary(
      uniqueKeysWithValues: made.map { name, entry, provider in
        (name, ModelGateway.Line(provider, maxConcurrent: entry.maxConcurrent))
      })
    let traffic = Self.traffic(settings, clock)
    registry = ModelRegistry(
      made.compactMap { name, entry, _ in
        lines[name].map { line in
          ModelGateway(
            line, failover: entry.failover.filter { $0 != name }.compactMap { lines[$0] },
            standIn: entry.standIn.flatMap { $0 == name ? nil : lines[$0] },
            rules: ModelGateway.Rules(retry: ModelRetryPolicy(attempts: entry.attempts)), traffic: traffic)
        }
      }, defaultName: settings.default)
    let chosen = registry.defaultName
    facts = made.map { name, entry, provider in
      ModelFacts(
        name, entry, isDefault: name == chosen, problem: (provider as? UnusableProvider)?.error,
        turnsByRole: (provider as? ScriptedProvider)?.turnsByRole)
    }
  }

  private static func traffic(_ settings: ModelSettings, _ clock: any RuntimeClock) -> ModelTraffic {
    ModelTraffic(
      prices: PriceTable(
        settings.providers.sorted { $0.key < $1.key }.flatMap { name, entry in
          entry.prices.compactMap { $0.price(of: name) }
        }),
      breaker: CircuitBreaker.Rules(
        failures: settings.breakerFailures, cooldown: .milliseconds(settings.breakerCooldownMs)),
      budget: RetryBudget(limit: settings.retryBudget),
      cache: ModelCache(limit: settings.cacheEntries, lifetime: .milliseconds(settings.cacheTtlMs)), clock: clock)
  }
}

/// What is known of a provider without asking it.
package struct ModelFacts: Sendable, Hashable {
  package let name: String
  package let kind: String
  package let model: String?
  /// Without anything secret; nil for a script.
  package let address: String?
  package let isDefault: Bool
  /// Why it cannot be asked.
  package let problem: String?
  /// Of a script: how many turns it has for each role.
  package let turnsByRole: [String: Int]?

  init(
    _ name: String, _ entry: ModelProviderEntry, isDefault: Bool, problem: ModelError?,
    turnsByRole: [String: Int]? = nil
  ) {
    self.name = name
    kind = entry.kind?.rawValue ?? ""
    model = entry.model
    let address = entry.baseURL ?? ModelMaker.kind(entry).map(ProviderSettings.usualAddress)
    self.address = address.flatMap { HTTPAddress($0) }?.description
    self.isDefault = isDefault
    self.problem = problem?.message
    self.turnsByRole = turnsByRole
  }
}
