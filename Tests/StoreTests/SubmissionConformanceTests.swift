import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

@Suite("Submissions that race with each other", .timeLimit(.minutes(1)))
struct SubmissionConformanceTests {
  @Test("in memory", arguments: SubmissionConformance.checks)
  func memory(check: SubmissionConformance.Check) async throws { try await check.run(InMemoryTaskStore()) }

  @Test("in SQLite", arguments: SubmissionConformance.checks)
  func sqlite(check: SubmissionConformance.Check) async throws {
    try await withTaskStore { store, _ in try await check.run(store) }
  }
}
