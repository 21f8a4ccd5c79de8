import SCRProtocol
import SCRRuntime

extension MemoryStoreConformance {
  static let finding: [Check] = [
    Check("a list is the newest first by making, and each filter narrows it") { store in
      try await store.write([put("a") { $0.provenance.taskID = TaskID("task_1") }], at: 1)
      try await store.write([put("b", kind: .result, in: "tasks") { $0.provenance.taskID = TaskID("task_1") }], at: 2)
      try await store.write([put("c", in: "tasks") { $0.tags = ["x", "y"] }, put("d") { $0.tags = ["x"] }], at: 3)
      try await store.write([put("a", "again") { $0.provenance.taskID = TaskID("task_1") }], at: 4)
      try same(await store.keys(), ["d", "c", "b", "a"])
      try same(await store.keys { $0.namespace = "tasks" }, ["c", "b"])
      try same(await store.keys { $0.kinds = [.fact] }, ["d", "c", "a"])
      try same(await store.keys { $0.kinds = [.result, .task] }, ["b"])
      try same(await store.keys { $0.tags = ["x"] }, ["d", "c"])
      try same(await store.keys { $0.tags = ["x", "y"] }, ["c"])
      try same(await store.keys { $0.taskID = TaskID("task_1") }, ["b", "a"])
      try same(await store.keys { $0.since = moment(3) }, ["d", "c", "a"])
      try same(await store.keys { $0.until = moment(3) }, ["b"])
      try same(await store.keys { $0.limit = -1 }, ["d"])
    },
    Check("pages of a list are as they were when the first was read, whatever comes or goes meanwhile") { store in
      try await store.write((0..<10).map { put("k\($0)") })
      var query = MemoryQuery(now: moment(0), limit: 4)
      let first = try await store.find(query)
      try await store.write([put("new"), put("k9", "again"), .forget(.address(MemoryAddress(.fact, "k6")))])
      query.cursor = first.nextCursor
      let second = try await store.find(query)
      query.cursor = second.nextCursor
      let third = try await store.find(query)
      let pages = [first, second, third].map { $0.hits.map(\.record.address.key) }
      try same(pages, [["k9", "k8", "k7", "k6"], ["k5", "k4", "k3", "k2"], ["k1", "k0"]])
      try same(third.nextCursor, nil)
    },
    Check("pages of a search are told apart though the ranks shift") { store in
      try await store.write((0..<12).map { put("k\($0)", "apple " + String(repeating: "pie ", count: $0)) })
      var query = MemoryQuery(match: MemoryMatch("apple"), now: moment(0), limit: 5)
      var found: [String] = []
      repeat {
        let page = try await store.find(query)
        found += page.hits.map(\.record.address.key)
        query.cursor = page.nextCursor
        try await store.write([put("n\(found.count)", "nothing of the kind"), put("k0", "apple")])
        // The record that the page ended with goes.
        if found.count == 5 { try await store.write([.forget(.address(MemoryAddress(.fact, found[4])))]) }
      } while query.cursor != nil
      try same(found, (0..<12).map { "k\($0)" })
    },
    Check("a cursor that no page gave is refused") { store in
      try await store.write([put("k", "apple")])
      for cursor in ["", "x", "n0", "r-1", "r-x-y", "r-1-7ff0000000000000"] {
        try same(await code { _ = try await store.keys { $0.cursor = cursor } }, .badCursor)
        try same(await code { _ = try await store.search("apple") { $0.cursor = cursor } }, .badCursor)
      }
    },
  ]

  static let searching: [Check] = [
    Check("every word must be there, whatever its case and accents; with any, one is enough") { store in
      try await store.write([
        put("a", "Ångström measured the spectrum"), put("b", "the SPECTRUM of café culture"), put("c", "nothing here"),
      ])
      try same(await store.search("spectrum").sorted(), ["a", "b"])
      try same(await store.search("Spectrum ANGSTROM"), ["a"])
      try same(await store.search("cafe\u{301}"), ["b"])
      try same(await store.search("CAFE"), ["b"])
      try same(await store.search("spectrum nowhere"), [])
      try same(await store.search("angstrom cafe nowhere", .any).sorted(), ["a", "b"])
      try same(await store.search("spec"), [])
    },
    Check("nothing in a question is syntax unless that is asked for") { store in
      try await store.write([put("a", "NOT alpha OR beta"), put("b", "gamma \"delta\" (AND) NEAR e-mail words:x")])
      for text in ["\"", "*", "(", "NEAR(", "AND", "^", "-", "a\" OR \"b", "words:", ":", "{}", "'; DROP TABLE search"]
      {
        _ = try await store.search(text)
      }
      try same(await store.search("NOT alpha"), ["a"])
      try same(await store.search("alpha OR gamma"), [])
      try same(await store.search("near"), ["b"])
      try same(await store.search("e-mail"), ["b"])
      try same(await store.search("mail-e"), [])
      try same(await store.search("gam*"), [])
      try same(await store.search(""), [])
      try same(await store.search("!!! …"), [])
    },
    Check("operators find phrases, beginnings, alternatives, and leave out") { store in
      try await store.write([
        put("a", "release notes of spring"), put("b", "notes on the release, a draft"), put("c", "springtime songs"),
      ])
      try same(await store.search("\"release notes\"", .operators), ["a"])
      try same(await store.search("notes -draft", .operators), ["a"])
      try same(await store.search("spring*", .operators).sorted(), ["a", "c"])
      try same(await store.search("songs OR \"the release\"", .operators).sorted(), ["b", "c"])
      try same(await store.search("notes -\"of spring\"", .operators), ["b"])
      try same(await store.search("-notes", .operators), [])
      try same(await store.search("OR OR \"", .operators), [])
    },
    Check("texts without spaces between words are found by any part of them") { store in
      try await store.write([
        put("ja", "日本語の全文検索は難しい"), put("zh", "我们在北京大学学习"), put("ko", "데이터베이스를 검색한다"), put("th", "ภาษาไทย"),
        put("mixed", "Swift言語 と SQLite"),
      ])
      try same(await store.search("全文検索"), ["ja"])
      try same(await store.search("検索"), ["ja"])
      try same(await store.search("文"), ["ja"])
      try same(await store.search("い"), ["ja"])
      try same(await store.search("北京 学习"), ["zh"])
      try same(await store.search("京北"), [])
      try same(await store.search("데이터"), ["ko"])
      try same(await store.search("ไทย"), ["th"])
      try same(await store.search("言語 sqlite"), ["mixed"])
      try same(await store.search("swift"), ["mixed"])
    },
    Check("Greek, Cyrillic, full-width letters and pictures are found as they are written") { store in
      try await store.write([
        put("el", "Αθήνα, πόλη"), put("ru", "Москва ЁЛКА"), put("wide", "ＡＢＣ１２３"), put("picture", "shipped 🚀 today"),
        put("straße", "Straße"),
      ])
      try same(await store.search("αθηνα ΠΌΛΗ"), ["el"])
      try same(await store.search("москва"), ["ru"])
      try same(await store.search("abc123"), ["wide"])
      try same(await store.search("🚀"), ["picture"])
      try same(await store.search("STRASSE"), ["straße"])
    },
    Check("what says it oftener in fewer words ranks higher, and rare words count more") { store in
      try await store.write(
        [
          put("long", "lemon " + String(repeating: "filler ", count: 40)), put("short", "lemon tart"),
          put("twice", "lemon lemon tart"), put("rare", "quince filler"),
        ] + (0..<8).map { put("f\($0)", "filler text") })
      try same(await store.search("lemon"), ["twice", "short", "long"])
      try same(await store.search("quince filler", .any).first, "rare")
      let hits = try await store.find(MemoryQuery(match: MemoryMatch("lemon tart"), now: moment(0))).hits
      let wanted = [3.2214, 3.1014]
      try holds(
        zip(hits.compactMap(\.score), wanted).allSatisfy { abs($0 - $1) < 1e-4 } && hits.count == 2,
        "scores are those of BM25: \(hits.compactMap(\.score))")
    },
    Check("a search looks at texts, tags, keys, and at a value where there is no text") { store in
      try await store.write([
        put("favourite-colour", "green"), put("b", "text") { $0.tags = ["infra"] },
        put("c") { $0.value = ["host": "db2", "list": ["deep", ["inner": "place"]]] },
        put("d", "shown") { $0.value = "hidden" },
      ])
      try same(await store.search("colour"), ["favourite-colour"])
      try same(await store.search("infra"), ["b"])
      try same(await store.search("db2 place"), ["c"])
      try same(await store.search("hidden"), [])
    },
    Check("a snippet shows the words in their place") { store in
      try await store.write([
        put(
          "a", String(repeating: "before ", count: 60) + "the Blue whale sings" + String(repeating: " after", count: 60)
        )
      ])
      let hits = try await store.find(MemoryQuery(match: MemoryMatch("whale blue"), now: moment(0))).hits
      let snippet = hits.first?.snippet ?? []
      try same(snippet.filter(\.isMatch).map(\.text), ["Blue", "whale"])
      let text = snippet.map(\.text).joined()
      try holds(text.hasPrefix("…") && text.hasSuffix("…") && text.contains("the Blue whale sings"), text)
      try holds(text.count < 220, "it is short")
    },
    Check("filters hold for a search too") { store in
      try await store.write(
        [put("a", "apple", in: "one") { $0.tags = ["x"] }, put("b", "apple", kind: .result)], at: 5)
      try same(await store.search("apple") { $0.namespace = "one" }, ["a"])
      try same(await store.search("apple") { $0.kinds = [.result] }, ["b"])
      try same(await store.search("apple") { $0.tags = ["x"] }, ["a"])
      try same(await store.search("apple") { $0.since = moment(6) }, [])
    },
  ]

  private static func vector(_ x: Float, _ y: Float, of model: String = "m") -> MemoryVector {
    MemoryVector(model: model, values: [x, y])
  }

  static let vectors: [Check] = [
    Check("records come up for a vector until they have one of this model and of their newest text") { store in
      let records = try await store.write([put("a", "one"), put("b", "two")])
      try same(await store.withoutVector(of: "m", limit: 10).map(\.address.key), ["b", "a"])
      try same(await store.withoutVector(of: "m", limit: 1).map(\.address.key), ["b"])
      try await store.put(records.map { MemoryVectorWrite(id: $0.id, revision: 1, vector: vector(1, 0)) })
      try same(await store.withoutVector(of: "m", limit: 10), [])
      try same(await store.withoutVector(of: "other", limit: 10).count, 2)
      try await store.write([put("a", "changed")])
      try same(await store.withoutVector(of: "m", limit: 10).map(\.address.key), ["a"])
      // A vector of the former text comes too late.
      try await store.put([MemoryVectorWrite(id: records[0].id, revision: 1, vector: vector(0, 1))])
      try same(await store.withoutVector(of: "m", limit: 10).map(\.address.key), ["a"])
    },
    Check("a search by vector gives the nearest first, of its own model alone") { store in
      let records = try await store.write([put("east"), put("north"), put("west"), put("other")])
      let places: [MemoryVector] = [vector(1, 0), vector(0, 2), vector(-1, 0.1), vector(1, 0, of: "n")]
      try await store.put(
        zip(records, places).map { MemoryVectorWrite(id: $0.id, revision: $0.revision, vector: $1) })
      try same(await store.keys { $0.vector = vector(0.9, 0.3) }, ["east", "north", "west"])
      try same(await store.keys { $0.vector = vector(1, 0, of: "n") }, ["other"])
      try await store.write([.forget(.id(records[0].id))])
      try same(await store.keys { $0.vector = vector(0.9, 0.3) }, ["north", "west"])
    },
    Check("words and vectors together: what both rank high comes first") { store in
      let records = try await store.write([
        put("both", "apple pie"), put("word", "apple apple"), put("near", "pear"), put("neither", "stone"),
      ])
      let places = [vector(1, 0.2), vector(-1, 0), vector(1, 0), vector(-1, -1)]
      try await store.put(
        zip(records, places).map { MemoryVectorWrite(id: $0.id, revision: $0.revision, vector: $1) })
      let found = try await store.search("apple") { $0.vector = vector(1, 0.1) }
      try same(found.first, "both")
      try same(found.count, 4)
    },
  ]
}
