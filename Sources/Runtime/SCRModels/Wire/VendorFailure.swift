import SCRHTTP
import SCRProtocol
import SCRRuntime

/// What a provider's refusal means, whatever its interface.
struct VendorFailure {
  let status: Int
  let type: String
  let code: String
  let message: String

  /// Bytes of an error's body that are read.
  static let bodyLimit = 64 << 10

  /// Understands `{error: {message, type, code}}`, `{error: "…"}`, `{message}`, and any other text.
  init(status: Int, body: [UInt8]) {
    let json = try? JSONParser.parse(body)
    // Google's compatible interface wraps the object in a list.
    self.init(status: status, json: json?.arrayValue?.first ?? json, text: json == nil ? body : [])
  }

  init(status: Int = 0, json: JSONValue?, text: [UInt8] = []) {
    self.status = status
    let error = json?["error"] ?? json
    type = error?["type"]?.stringValue ?? ""
    code = error?["code"]?.stringValue ?? error?["status"]?.stringValue ?? ""
    let isPage = text.prefix(64).contains(UInt8(ascii: "<"))
    message =
      error?.stringValue ?? error?["message"]?.stringValue ?? json?["message"]?.stringValue
      ?? (isPage ? "" : String(decoding: text.prefix(300), as: UTF8.self))
  }

  /// - Parameter hint: what to do where the code alone does not say it.
  func error(_ settings: ProviderSettings, head: HTTPHead? = nil) -> ModelError {
    let code = errorCode
    let shown = Self.shown(message, without: settings.key)
    let reason = shown.isEmpty ? (status > 0 ? "HTTP status \(status)" : "it gives no reason") : shown
    return ModelError(
      code, "\(settings.name) \(Self.verb(code)): \(reason)", hint: hint(code, settings), provider: settings.name,
      status: status == 0 ? nil : status, retryAfter: head.flatMap { RetryAfter.wait($0) })
  }

  /// One line, short, and without the key.
  private static func shown(_ text: String, without key: ModelKey?) -> String {
    let line = String(text.prefix(400).map { $0.isNewline || $0 == "\t" ? " " : $0 }.filter { $0 >= " " })
    return String((key?.hidden(in: line) ?? line).prefix(300))
  }

  private var words: String { "\(type) \(code) \(message)".lowercased() }
  private func says(_ phrases: String...) -> Bool {
    let words = words
    return phrases.contains { words.contains($0) }
  }

  private var errorCode: ModelError.Code {
    switch status {
    case 300..<400: .invalidRequest
    case 401, 403: says("quota", "billing") ? .quota : .auth
    case 402: .quota
    case 404: says("model") ? .unknownModel : .invalidRequest
    case 408, 409: .server
    case 413: .contextTooLong
    case 429: says("insufficient_quota", "billing", "credit balance") ? .quota : .rateLimited
    case 503, 529: .overloaded
    case 500...: says("overloaded") ? .overloaded : .server
    case 400..<500: ofRequest
    default: inStream
    }
  }

  private var ofRequest: ModelError.Code {
    if says(
      "context_length", "context length", "context window", "context size", "prompt is too long", "too many tokens")
    {
      return .contextTooLong
    }
    if says("content_filter", "content_policy", "content management policy") { return .refused }
    if says("credit balance", "insufficient_quota", "billing") { return .quota }
    if says("model_not_found") { return .unknownModel }
    return says("invalid api key", "invalid_api_key", "api key not valid") ? .auth : .invalidRequest
  }

  /// Errors in the middle of a stream have no status, but a word.
  private var inStream: ModelError.Code {
    if says("overloaded", "unavailable") { return .overloaded }
    if says("rate_limit", "rate limit", "too many requests") {
      return says("insufficient_quota") ? .quota : .rateLimited
    }
    if says("invalid_request", "context_length", "context length") { return ofRequest }
    if says("authentication", "permission") { return .auth }
    return .server
  }

  private static func verb(_ code: ModelError.Code) -> String {
    switch code {
    case .auth: "does not accept the key"
    case .rateLimited: "takes no more requests for now"
    case .quota: "has no paid use left"
    case .overloaded: "is overloaded"
    case .server: "failed inside"
    case .unknownModel: "has no such model"
    case .contextTooLong: "cannot take so long a prompt"
    case .refused: "declines"
    default: "refuses the request"
    }
  }

  private func hint(_ code: ModelError.Code, _ settings: ProviderSettings) -> String? {
    switch code {
    case .auth: "check models.providers.\(settings.name).apiKey; scr models test \(settings.name) tries it"
    case .unknownModel: "scr models list \(settings.name) shows the models that it offers"
    case .quota: "look at the account with the vendor, or name another provider under failover"
    case .contextTooLong: "give it less, or a model with a longer context"
    case .invalidRequest where says("does not support chat") && settings.kind == .ollama:
      "it only completes texts: set models.providers.\(settings.name).interface to generate"
    case .invalidRequest where says("does not support tools"): "name a model that calls tools for agents that have some"
    case .invalidRequest where (300..<400).contains(status):
      "the address redirects, which is not followed; write the final one as models.providers.\(settings.name).baseURL"
    case .invalidRequest where status == 404 || status == 405:
      "check models.providers.\(settings.name).baseURL (\(settings.address))"
    default: nil
    }
  }
}
