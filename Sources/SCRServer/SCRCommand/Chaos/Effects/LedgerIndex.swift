/// What a chaos server has to know of its ledger to answer a call. Pure.
struct LedgerIndex: Sendable {
  /// One call of a tool, before it is written down.
  struct Call: Sendable, Hashable {
    var tool: ChaosTool
    var token: String
    var key: String?
    var refusals = 0
    var from: [String: String] = [:]
  }

  private let server: String
  private var lines = 0
  private var calls: [String: Int] = [:]
  private var refusals: [String: Int] = [:]
  /// By idempotency key, the serial number of its effect.
  private var effects: [String: String] = [:]

  init(server: String) { self.server = server }

  /// Takes a line that was written.
  mutating func add(_ line: LedgerLine) {
    lines += 1
    calls[line.token, default: 0] += 1
    switch line.kind {
    case .refusal: refusals[line.token, default: 0] += 1
    case .effect: if let key = line.key, effects[key] == nil { effects[key] = line.serial }
    case .look, .replay: break
    }
  }

  /// What the call comes to.
  func line(for call: Call, at: Int64, life: Int, pid: Int32) -> LedgerLine {
    let known = call.tool == .apply ? call.key.flatMap { effects[$0] } : nil
    let kind: LedgerLine.Kind =
      if known != nil { .replay } else if refusals[call.token, default: 0] < call.refusals { .refusal } else {
        call.tool == .look ? .look : .effect
      }
    return LedgerLine(
      kind: kind, serial: known ?? "\(server):\(lines + 1)", at: at, life: life, pid: pid, tool: call.tool.rawValue,
      token: call.token, key: call.key, call: calls[call.token, default: 0] + 1, from: call.from)
  }
}
