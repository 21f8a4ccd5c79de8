import SCRProtocol
package import SCRRuntime

/// The rules of ``MemoryStore``, for every implementation alike. Each check gets a store whose quota is ``quota``.
package enum MemoryStoreConformance {
  package typealias Check = ConformanceCheck<any MemoryStore>

  package static let quota = MemoryQuota(records: 40, bytes: 20_000)
  package static let checks = writing + quotas + finding + searching + vectors + closing

  package static func moment(_ milliseconds: Int64) -> Timestamp { TaskStoreConformance.moment(milliseconds) }

  package static func put(
    _ key: String, _ text: String = "", kind: MemoryKind = .fact, in namespace: String = "default",
    if condition: MemoryCondition = .always, _ change: (inout MemoryContent) -> Void = { _ in }
  ) -> MemoryWrite {
    var content = MemoryContent(text: text)
    change(&content)
    return .put(MemoryAddress(kind, key, in: namespace), content, if: condition)
  }

  static func code(_ body: () async throws -> Void) async throws -> StoreError.Code? {
    do { try await body() } catch let error as StoreError { return error.code }
    return nil
  }
}

extension MemoryStore {
  /// Commits at `milliseconds` past the start of all checks.
  @discardableResult
  package func write(_ writes: [MemoryWrite], at milliseconds: Int64 = 0) async throws -> [MemoryRecord] {
    try await commit(MemoryBatch(at: MemoryStoreConformance.moment(milliseconds), writes: writes)).records
  }

  func keys(_ change: (inout MemoryQuery) -> Void = { _ in }) async throws -> [String] {
    var query = MemoryQuery(now: MemoryStoreConformance.moment(0))
    change(&query)
    return try await find(query).hits.map(\.record.address.key)
  }

  func search(
    _ text: String, _ syntax: MemoryMatch.Syntax = .all, _ change: (inout MemoryQuery) -> Void = { _ in }
  ) async throws -> [String] {
    try await keys { query in
      query.match = MemoryMatch(text, syntax: syntax)
      change(&query)
    }
  }
}

extension MemoryStoreConformance {
  private static let writing: [Check] = [
    Check("a record comes back whole, by its id and by its address") { store in
      let provenance = MemoryProvenance(
        taskID: TaskID("task_1"), stepID: "s", agent: "a", tool: "t", server: "v", isUntrusted: true)
      let record = try await store.write([
        put("k", "Text with ☃ and \"quotes\"", kind: "odd", in: "ns") {
          $0.value = ["n": 1, "list": [true, nil]]
          $0.tags = ["one", "two words"]
          $0.provenance = provenance
          $0.isPinned = true
          $0.expiresAt = moment(1000)
        }
      ])[0]
      try holds(record.id.hasPrefix("mem_") && record.id.utf8.count == 36, "the id has 128 random bits")
      try same([record.revision, record.createdAt.milliseconds], [1, moment(0).milliseconds])
      try same(await store.record(.id(record.id), now: moment(0)), record)
      try same(await store.record(.address(record.address), now: moment(0)), record)
      try same(record.content.provenance, provenance)
      try same(await store.record(.id("mem_none"), now: moment(0)), nil)
    },
    Check("a second write replaces the content and keeps id and date of birth") { store in
      let first = try await store.write([put("k", "one") { $0.tags = ["a"] }], at: 1)[0]
      let second = try await store.write([put("k", "two") { $0.tags = ["b"] }], at: 2)[0]
      try same([second.id, second.createdAt.description], [first.id, first.createdAt.description])
      try same([second.revision, second.updatedAt.milliseconds], [2, moment(2).milliseconds])
      try same(await store.search("one"), [])
      try same(await store.search("two"), ["k"])
      try same(await store.keys { $0.tags = ["a"] }, [])
      try same(await store.keys { $0.tags = ["b"] }, ["k"])
    },
    Check("a write under a condition is done only where it holds, and with it all of its batch") { store in
      try await store.write([put("k", "one", if: .absent)])
      for condition in [MemoryCondition.absent, .revision(2)] {
        let code = try await code { try await store.write([put("new"), put("k", "two", if: condition), put("more")]) }
        try same(code, .preconditionFailed)
      }
      try same(await store.keys(), ["k"])
      try same(await store.search("one"), ["k"])
      try await store.write([put("k", "three", if: .revision(1))])
      try same(await store.search("three"), ["k"])
      let address = MemoryReference.address(MemoryAddress(.fact, "k"))
      try same(await code { try await store.write([.forget(address, if: .revision(1))]) }, .preconditionFailed)
      try same(await store.usage(), [MemoryUsage(namespace: "default", records: 1, bytes: 5 + 1 + 128)])
    },
    Check("what is forgotten is gone from everywhere") { store in
      let record = try await store.write([put("k", "secret") { $0.tags = ["t"] }])[0]
      try same(await store.commit(MemoryBatch(at: moment(1), writes: [.forget(.id(record.id))])).forgotten, 1)
      try same(await store.commit(MemoryBatch(at: moment(1), writes: [.forget(.id(record.id))])).forgotten, 0)
      try same(await store.record(.address(record.address), now: moment(1)), nil)
      try same(await store.search("secret"), [])
      try same(await store.keys { $0.tags = ["t"] }, [])
      try same(await store.usage(), [])
      let again = try await store.write([put("k", "secret")])[0]
      try holds(again.id != record.id, "a new record has a new id")
    },
    Check("a record is restored with its id, times and revision, over what has its address or its id") { store in
      let old = try await store.write([put("k", "old"), put("other", "other")])
      var restored = old[1]
      restored.address = MemoryAddress(.fact, "k")
      restored.content.text = "restored"
      restored.revision = 7
      restored.createdAt = moment(-50)
      restored.updatedAt = moment(-10)
      try await store.write([.restore(restored)], at: 9)
      try same(await store.record(.id(restored.id), now: moment(9)), restored)
      try same(await store.record(.id(old[0].id), now: moment(9)), nil)
      try same(await store.keys(), ["k"])
      try same(await store.search("restored"), ["k"])
      try same(await store.search("old"), [])
    },
    Check("marks are kept with the batch") { store in
      try same(await store.mark("events"), nil)
      _ = try await store.commit(MemoryBatch(at: moment(0), marks: ["events": 7]))
      _ = try await store.commit(MemoryBatch(at: moment(0), writes: [put("k")], marks: ["events": 9, "b": -1]))
      _ = try await code {
        _ = try await store.commit(
          MemoryBatch(at: moment(0), writes: [put("k", if: .absent)], marks: ["events": 11]))
      }
      try same([await store.mark("events"), await store.mark("b")], [9, -1])
    },
    Check("what no store can keep is refused and changes nothing") { store in
      let bad: [(MemoryWrite, StoreError.Code)] = [
        (put("k", "a\0b"), .badText), (put("", "x"), .badText), (put("k", in: "no spaces"), .badText),
        (put("k", kind: ""), .badText), (put("k") { $0.tags = [""] }, .badText),
        (put("k", String(repeating: "x", count: MemoryLimits.textBytes + 1)), .tooLarge),
        (put("k") { $0.tags = (0...MemoryLimits.tags).map { "\($0)" } }, .tooLarge),
      ]
      for (write, wanted) in bad { try same(await code { try await store.write([put("good"), write]) }, wanted) }
      try same(await store.keys(), [])
    },
  ]

  private static let quotas: [Check] = [
    Check("at the quota the unpinned records that were written longest ago make room, and it is told") { store in
      try await store.write([put("pinned") { $0.isPinned = true }])
      for number in 1..<quota.records { try await store.write([put("r\(number)", "word\(number)")]) }
      try await store.write([put("r1", "touched")])
      try await store.write([put("elsewhere", in: "other")])
      let commit = try await store.commit(MemoryBatch(at: moment(0), writes: [put("new1"), put("new2")]))
      try same(commit.evicted.map { [$0.namespace, "\($0.evicted)"] }, [["default", "2"]])
      try same(await store.search("word2"), [])
      try same(await store.search("word4"), ["r4"])
      try same(await store.search("touched"), ["r1"])
      let usage = try await store.usage()
      try same(usage.map(\.records), [quota.records, 1])
      try same(usage.map(\.evicted), [2, 0])
      try same(usage[0].evictedBytes, commit.evicted[0].evictedBytes)
      let pinned = MemoryReference.address(MemoryAddress(.fact, "pinned"))
      try holds(await store.record(pinned, now: moment(0)) != nil, "what is pinned stays")
    },
    Check("bytes count as records do") { store in
      let text = String(repeating: "x", count: 6000)
      for key in ["a", "b", "c"] { try await store.write([put(key, text)]) }
      let commit = try await store.commit(MemoryBatch(at: moment(0), writes: [put("d", text)]))
      try same(commit.evicted, [MemoryUsage(namespace: "default", evicted: 1, evictedBytes: 6129)])
      try same(await store.keys(), ["d", "c", "b"])
    },
    Check("a batch never makes room in itself: where pinned records leave none it is refused whole") { store in
      let text = String(repeating: "x", count: 9000)
      try await store.write([put("a", text) { $0.isPinned = true }, put("b", text)])
      let code = try await code { try await store.write([put("b", "changed"), put("c", text), put("d", text)]) }
      try same(code, .memoryFull)
      try same(await store.keys(), ["b", "a"])
      try same(await store.search("changed"), [])
      // What an aborted batch took away is still first to go.
      try same(await store.commit(MemoryBatch(at: moment(0), writes: [put("c", text)])).evicted.map(\.evicted), [1])
      try same(await store.keys(), ["c", "a"])
    },
    Check("a record whose time is over is not found, and goes with a later write") { store in
      let record = try await store.write([put("k", "brief") { $0.expiresAt = moment(10) }, put("stays", "brief")])[0]
      try same(await store.search("brief") { $0.now = moment(9) }.sorted(), ["k", "stays"])
      for query: (inout MemoryQuery) -> Void in [{ $0.match = MemoryMatch("brief") }, { _ in }] {
        let found = try await store.keys {
          query(&$0)
          $0.now = moment(10)
        }
        try same(found, ["stays"])
      }
      try same(await store.record(.id(record.id), now: moment(10)), nil)
      try same(await store.commit(MemoryBatch(at: moment(10), writes: [put("x")])).expired, 1)
      try same(await store.usage().map(\.records), [2])
    },
  ]

  private static let closing: [Check] = [
    Check("verifying finds nothing wrong in what was only written") { store in
      try await store.write((0..<30).map { put("k\($0)", "word\($0) 日本語 common") { $0.tags = ["t"] } })
      try await store.write([put("k3", "changed"), .forget(.address(MemoryAddress(.fact, "k4")))])
      let report = try await store.verify(repairing: false)
      try same(report.problems, [])
      try same(report.records, 29)
      try same(report.usage, try await store.usage())
    },
    Check("after closing everything throws closed") { store in
      await store.close()
      await store.close()
      let calls: [() async throws -> Void] = [
        { try await store.write([put("a")]) }, { _ = try await store.record(.id("a"), now: moment(0)) },
        { _ = try await store.keys() }, { _ = try await store.mark("a") }, { _ = try await store.usage() },
        { _ = try await store.withoutVector(of: "m", limit: 1) }, { try await store.put([]) },
        { _ = try await store.verify(repairing: false) },
      ]
      for call in calls { try same(await code(call), .closed) }
    },
  ]
}
