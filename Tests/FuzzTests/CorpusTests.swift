import Foundation
import SCRFuzzTargets
import SCRProtocol
import SCRTestSupport
import Testing

/// What fuzzing found once, and some seeds, as ordinary tests.
struct CorpusTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fuzz/Corpus").standardizedFileURL

  static let files: [String] =
    ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []).filter { $0.contains("/") }.sorted()

  @Test func `every target has a corpus`() {
    let targets = Set(Self.files.compactMap { $0.split(separator: "/").first.map(String.init) })
    #expect(targets == Set(FuzzTarget.allCases.map(\.rawValue)))
  }

  @Test(arguments: files)
  func `what was found once holds`(file: String) throws {
    let bytes = Array(try Data(contentsOf: Self.folder.appendingPathComponent(file)))
    let target = try #require(file.split(separator: "/").first.flatMap { FuzzTarget(rawValue: String($0)) })
    #expect(target.problems(bytes) == [])
    // Cut short anywhere it must hold as well.
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
      #expect(target.problems(Array(bytes.prefix(length))) == [], "the first \(length) bytes")
    }
  }

  /// The texts of the public suite with what the fuzzer would not find by itself.
  @Test func `the public texts of JSON hold in every target`() throws {
    let files = try TestData.files(in: "json/test_parsing")
    for file in files {
      let bytes = try TestData.bytes("json/test_parsing/\(file)")
      for target in [FuzzTarget.framing, .json, .connection, .events, .plan] where bytes.count < 10_000 {
        #expect(target.problems(bytes) == [], "\(target.rawValue): \(file)")
      }
    }
  }

  @Test func `the public schemas hold`() throws {
    for folder in ["draft2020-12", "draft7"] {
      for file in try TestData.files(in: "json-schema/tests/\(folder)") {
        for group in try TestData.json("json-schema/tests/\(folder)/\(file)").arrayValue ?? [] {
          for test in group["tests"]?.arrayValue ?? [] {
            guard let schema = group["schema"], let value = test["data"] else { continue }
            #expect(FuzzTarget.schema.problems(schema.encoded + [0x0A] + value.encoded) == [], "\(file)")
          }
        }
      }
    }
  }
}
