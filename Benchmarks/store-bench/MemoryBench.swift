import Foundation
import SCRProtocol
import SCRRuntime
import SCRStore

/// Measures memory through its seam: what is put in batches of 256 without a flush, as the memory agent does it, then
/// one question after the other.
enum MemoryBench {
  /// - Parameters:
  ///   - texts: a file with one text a line.
  ///   - questions: likewise.
  /// - Returns: `{putPerSecond, flushedPutPerSecond, searchP50us, searchP99us, filteredP50us, hits, bytes}`.
  static func run(_ folder: String, texts: String, questions: String) async throws -> JSONValue {
    let texts = try String(contentsOfFile: texts, encoding: .utf8).split(separator: "\n").map(String.init)
    let questions = try String(contentsOfFile: questions, encoding: .utf8).split(separator: "\n").map(String.init)
    let quota = MemoryQuota(records: 10_000_000, bytes: 1 << 40)
    let store = try await SQLiteMemoryStore.open(in: StateDirectory.open(folder), quota: quota)
    let puts = try await put(texts, store)
    let plain = try await search(questions, store) { _ in }
    let filtered = try await search(questions, store) {
      $0.namespace = "default"
      $0.kinds = [.fact]
    }
    // Last, since these records have the words of others.
    let single = try await putSingly(Array(texts.prefix(500)), store)
    await store.close()
    return [
      "putPerSecond": JSONValue(puts), "flushedPutPerSecond": JSONValue(single), "searchP50us": JSONValue(plain.p50),
      "searchP99us": JSONValue(plain.p99), "filteredP50us": JSONValue(filtered.p50), "hits": JSONValue(plain.hits),
    ]
  }

  private static func put(_ texts: [String], _ store: SQLiteMemoryStore) async throws -> Double {
    let begin = ContinuousClock.now
    for start in stride(from: 0, to: texts.count, by: 256) {
      let writes = texts[start..<min(start + 256, texts.count)].enumerated().map { offset, text in
        MemoryWrite.put(MemoryAddress(.fact, "task_\(start + offset)"), MemoryContent(text: text))
      }
      _ = try await store.commit(MemoryBatch(at: SystemClock().now(), writes: writes))
    }
    return Double(texts.count) / ((ContinuousClock.now - begin) / .seconds(1))
  }

  private static func putSingly(_ texts: [String], _ store: SQLiteMemoryStore) async throws -> Double {
    let begin = ContinuousClock.now
    for (number, text) in texts.enumerated() {
      let write = MemoryWrite.put(MemoryAddress("note", "task_\(number)"), MemoryContent(text: text))
      _ = try await store.commit(MemoryBatch(at: SystemClock().now(), writes: [write], isFlushed: true))
    }
    return Double(texts.count) / ((ContinuousClock.now - begin) / .seconds(1))
  }

  private static func search(
    _ questions: [String], _ store: SQLiteMemoryStore, _ change: (inout MemoryQuery) -> Void
  ) async throws -> (p50: Double, p99: Double, hits: Int) {
    var times: [Double] = []
    var hits = 0
    for question in questions {
      var query = MemoryQuery(match: MemoryMatch(question), now: SystemClock().now(), limit: 20)
      change(&query)
      let begin = ContinuousClock.now
      hits += try await store.find(query).hits.count
      times.append((ContinuousClock.now - begin) / .microseconds(1))
    }
    times.sort()
    return (times[times.count / 2].rounded(), times[times.count * 99 / 100].rounded(), hits)
  }
}
