import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Budgets")
struct BudgetTests {
  private static let budget = Budget(wallMs: 60_000, toolCalls: 10, tokens: 5000, costMicros: 250_000)

  @Test("a budget is read from JSON and written as it was")
  func json() throws {
    let json: JSONValue = ["wallMs": 60_000, "toolCalls": 10, "tokens": 5000, "costUSD": 0.25]
    #expect(try Budget(json: json, path: "budget") == Self.budget)
    #expect(Self.budget.json == json)
    #expect(try Budget(json: [:], path: "budget").isUnlimited)
    #expect(Budget().json == [:])
  }

  @Test(
    "what is no budget is refused with its place and what would be right",
    arguments: [
      ("[]", "budget", "expected an object, found array", "such as {\"toolCalls\": 100}"),
      (#"{"tookCalls": 1}"#, "budget.tookCalls", "unknown member \"tookCalls\"", "did you mean \"toolCalls\"?"),
      (
        #"{"zzzzzzzz": 1}"#, "budget.zzzzzzzz", "unknown member \"zzzzzzzz\"",
        "known are wallMs, toolCalls, tokens, costUSD"
      ),
      (#"{"wallMs": -1}"#, "budget.wallMs", "expected a whole number from 0, found -1", "leave it out for no limit"),
      (#"{"tokens": 1.5}"#, "budget.tokens", "expected a whole number from 0, found 1.5", "leave it out for no limit"),
      (
        #"{"tokens": null}"#, "budget.tokens", "expected a whole number from 0, found null", "leave it out for no limit"
      ),
      (
        #"{"toolCalls": 9007199254740992}"#, "budget.toolCalls",
        "expected a whole number from 0, found 9007199254740992", "leave it out for no limit"
      ),
      (
        #"{"costUSD": "1"}"#, "budget.costUSD", "expected an amount of US dollars, found string",
        "a number from 0 with at most six decimals, such as 0.25"
      ),
      (
        #"{"costUSD": 0.0000001}"#, "budget.costUSD", "expected an amount of US dollars, found 0.0000001",
        "a number from 0 with at most six decimals, such as 0.25"
      ),
    ])
  func refusals(text: String, path: String, message: String, hint: String) throws {
    let json = try JSONParser.parse(Array(text.utf8))
    let error = #expect(throws: ShapeError.self) { try Budget(json: json, path: "budget") }
    #expect(error == ShapeError(path: path, message: message, hint: hint))
  }

  @Test("a limit may be reached but not passed, and the breach names it")
  func exceeded() {
    let reached = Usage(wallMs: 60_000, toolCalls: 10, tokens: 5000, costMicros: 250_000)
    #expect(Self.budget.exceeded(by: reached) == nil)
    #expect(Self.budget.isUsedUp(by: reached) == BudgetBreach(limit: .wallTime, allowed: 60_000, used: 60_000))
    let breaches = [Usage(wallMs: 1), Usage(toolCalls: 1), Usage(tokens: 1), Usage(costMicros: 1)].map {
      Self.budget.exceeded(by: reached + $0)?.description
    }
    #expect(
      breaches == [
        "it has run for 60001 ms of the 60000 ms that its budget allows",
        "it has made 11 of the 10 tool calls that its budget allows",
        "it has used 5001 of the 5000 tokens that its budget allows",
        "it has spent $0.250001 of the $0.25 that its budget allows",
      ])
    #expect(Budget().exceeded(by: Usage(wallMs: .max, toolCalls: .max, tokens: .max, costMicros: .max)) == nil)
    #expect(Budget(toolCalls: 0).isUsedUp(by: Usage())?.limit == .toolCalls)
  }

  @Test("what remains is never less than nothing")
  func remaining() {
    let rest = Self.budget.remaining(after: Usage(wallMs: 10_000, toolCalls: 11, tokens: 5000))
    #expect(rest == Budget(wallMs: 50_000, toolCalls: 0, tokens: 0, costMicros: 250_000))
    #expect(Budget(tokens: 5).remaining(after: Usage(wallMs: 7)) == Budget(tokens: 5))
  }

  @Test("a child gets the smaller of its own and its parent's rest in each member")
  func inherited() {
    let rest = Budget(wallMs: 100, toolCalls: 5)
    #expect(
      Budget(wallMs: 200, toolCalls: 3, tokens: 7).inherited(fromRemainder: rest)
        == Budget(wallMs: 100, toolCalls: 3, tokens: 7))
    #expect(Budget().inherited(fromRemainder: rest) == rest)
    #expect(rest.inherited(fromRemainder: Budget()) == rest)
  }

  @Test("a grant makes limits larger, never smaller, and puts none where none was")
  func extended() {
    #expect(
      Budget(wallMs: 100, toolCalls: 5, costMicros: .max).extended(
        by: Budget(wallMs: 50, toolCalls: -3, tokens: 9, costMicros: 1))
        == Budget(wallMs: 150, toolCalls: 5, costMicros: .max))
  }

  @Test("usage adds up without overflow, and only time spent running counts")
  func usage() {
    var usage = Usage(tokens: .max - 1, costMicros: 5)
    usage += Usage(toolCalls: 2, tokens: 10, costMicros: 6)
    #expect(usage == Usage(toolCalls: 2, tokens: .max, costMicros: 11))
    let start = Timestamp(milliseconds: 1000)
    usage.ran(from: start, to: start + .milliseconds(250))
    usage.ran(from: start, to: start + .milliseconds(-9000))
    #expect(usage.wallMs == 250)
  }

  @Test("usage comes back from JSON as it was")
  func usageJSON() {
    let usage = Usage(wallMs: 1, toolCalls: 2, tokens: 3, costMicros: 4_000_005)
    #expect(usage.json == ["wallMs": 1, "toolCalls": 2, "tokens": 3, "costUSD": 4.000005])
    #expect(Usage(json: usage.json) == usage)
    #expect(Usage(json: ["wallMs": 1, "toolCalls": 2, "tokens": -3, "costUSD": 0]) == nil)
    #expect(Usage(json: [:]) == nil)
  }

  @Test(
    "dollars are exact millionths",
    arguments: [
      ("0", 0), ("1", 1_000_000), ("0.1", 100_000), ("0.000001", 1), ("1e-6", 1), ("1.50", 1_500_000),
      ("1E3", 1_000_000_000), ("-0.5", -500_000), ("0.10000000", 100_000), ("0e99", 0),
      ("9007199254.740991", 9_007_199_254_740_991),
    ] as [(String, Int64)])
  func dollars(text: String, micros: Int64) throws {
    let json = try JSONParser.parse(Array(text.utf8))
    #expect(Dollars.micros(json) == micros)
    #expect(Dollars.micros(Dollars.json(micros)) == micros)
  }

  @Test(
    "what is no amount in millionths is none",
    arguments: ["0.0000001", "1e-7", "9007199254.740992", "1e50", "1e999999999999", "true"])
  func noDollars(text: String) throws {
    #expect(Dollars.micros(try JSONParser.parse(Array(text.utf8))) == nil)
  }
}
