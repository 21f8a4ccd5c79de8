import SCRRuntime
import Testing

@testable import SCRModels

struct StreamSplitTests {
  @Test(arguments: VendorSample.all)
  func `a stream gives the same events wherever it is cut, also within a character`(sample: VendorSample) throws {
    let bytes = Array(sample.stream.utf8)
    #expect(try VendorBench.events(sample.kind, [bytes]) == sample.events)
    #expect(try VendorBench.events(sample.kind, bytes.map { [$0] }) == sample.events)
    for place in bytes.indices {
      let pieces = [Array(bytes[..<place]), Array(bytes[place...])]
      #expect(try VendorBench.events(sample.kind, pieces) == sample.events, "cut at \(place)")
    }
  }

  @Test(arguments: VendorSample.all)
  func `a stream that breaks off anywhere before its last event is an error, never a shorter answer`(
    sample: VendorSample
  ) throws {
    let bytes = Array(sample.stream.utf8)
    let isBlank = { (byte: UInt8) in byte == 0x0A || byte == 0x20 }
    var end = bytes.count
    while isBlank(bytes[end - 1]) { end -= 1 }
    // Without its blank line the last event did not come; of lines alone the last may lack its end.
    let last = sample.kind == .openai ? bytes.lastRange(of: Array("data: [DONE]".utf8)) - 2 : end - 1
    for count in stride(from: 0, to: last, by: 3) {
      let code = code { try VendorBench.events(sample.kind, [Array(bytes[..<count])]) }
      // Once the reason of the end is there, what is missing is only the counts.
      if sample.kind == .openai, sample.hasReason(before: count) { continue }
      #expect(code == .cut, "cut after \(count) of \(bytes.count) bytes")
    }
  }

  @Test(arguments: VendorSample.all)
  func `what is no JSON in a stream is malformed`(sample: VendorSample) {
    let noise = sample.kind == .ollama ? "{oops\n" : "data: {oops\n\n"
    #expect(code { try VendorBench.events(sample.kind, noise) } == .malformed)
  }

  @Test(arguments: VendorSample.all)
  func `an error in the middle of a stream has its class`(sample: VendorSample) {
    #expect(code { try VendorBench.events(sample.kind, sample.midStreamError) } == .overloaded)
  }

  private func code(_ body: () throws -> [ModelEvent]) -> ModelError.Code? {
    do { _ = try body() } catch let error as ModelError { return error.code } catch {}
    return nil
  }
}

extension VendorSample {
  fileprivate func hasReason(before count: Int) -> Bool {
    let bytes = Array(stream.utf8)
    return count > bytes.lastRange(of: Array("\"finish_reason\":\"tool_calls\"}]}\n".utf8)) + 30
  }
}

extension [UInt8] {
  /// Where `part` begins for the last time.
  fileprivate func lastRange(of part: [UInt8]) -> Int {
    (0...(count - part.count)).last { self[$0..<($0 + part.count)].elementsEqual(part) } ?? 0
  }
}
