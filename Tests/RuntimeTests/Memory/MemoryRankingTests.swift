import SCRRuntime
import Testing

@Suite struct MemoryRankingTests {
  private func ranking(_ scores: [Int64: Double]) -> MemoryRanking {
    MemoryRanking(scores.map { RankedRecord(number: $0.key, score: $0.value) }.sorted(by: RankedRecord.isBetter))
  }

  @Test func `a page goes on behind the record that the last one ended with, though all scores shifted`() throws {
    let first = try ranking([1: 0.9, 2: 0.8, 3: 0.7, 4: 0.6]).page(after: nil, limit: 2)
    #expect(first.records.map(\.number) == [1, 2])
    let shifted = ranking([1: 9, 2: 8, 9: 7.5, 3: 7, 4: 6])
    #expect(try shifted.page(after: first.next, limit: 9).records.map(\.number) == [9, 3, 4])
    let gone = ranking([1: 0.9, 3: 0.7, 4: 0.6])
    let second = try gone.page(after: first.next, limit: 2)
    #expect(second.records.map(\.number) == [3, 4])
    #expect(second.next == nil)
  }

  @Test func `of equals the newer goes first`() {
    #expect(ranking([1: 1, 3: 1, 2: 1]).records.map(\.number) == [3, 2, 1])
  }

  @Test func `fused, what several rankings have comes before the first of one`() {
    let words = [1, 2, 3].map { RankedRecord(number: Int64($0), score: 1) }
    let near = [4, 2, 5].map { RankedRecord(number: Int64($0), score: 0.5) }
    let fused = MemoryRanking.fused([words, near])
    #expect(fused.records.map(\.number) == [2, 4, 1, 5, 3])
    #expect(fused.records[0].score == 2.0 / 62)
  }

  @Test func `a ranking is no deeper than its limit`() {
    let many = (1...5000).map { RankedRecord(number: Int64($0), score: -Double($0)) }
    #expect(MemoryRanking(many).records.count == MemoryQuery.rankDepth)
  }

  @Test func `vectors of other lengths or without a direction are compared with nothing`() {
    #expect(MemoryVector.cosine([1, 0], [2, 0]) == 1)
    #expect(MemoryVector.cosine([1, 0], [0, 3]) == 0)
    #expect(MemoryVector.cosine([1], [1, 0]) == nil)
    #expect(MemoryVector.cosine([0, 0], [1, 0]) == nil)
    #expect(MemoryVector.cosine([.infinity, 0], [1, 0]) == nil)
  }
}
