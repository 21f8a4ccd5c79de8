/// Where a request stands in a distributed trace (W3C Trace Context and Baggage, as MCP carries them in `_meta`).
package struct TraceContext: Sendable, Hashable {
  package var traceparent: String?
  package var tracestate: String?
  package var baggage: String?

  package init(traceparent: String? = nil, tracestate: String? = nil, baggage: String? = nil) {
    self.traceparent = traceparent
    self.tracestate = tracestate
    self.baggage = baggage
  }

  /// Reads `_meta`; what is no string is passed over.
  package init(_ meta: JSONSlice?) {
    let members = meta?.members("traceparent", "tracestate", "baggage")
    self.init(traceparent: members?.0?.string, tracestate: members?.1?.string, baggage: members?.2?.string)
  }
}
