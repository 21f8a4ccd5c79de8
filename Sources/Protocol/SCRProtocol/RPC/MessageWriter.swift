/// Writes whole JSON-RPC messages, newline included, behind one another into one buffer.
extension JSONWriter {
  /// `body` writes the value of `result`.
  @inline(__always)
  package mutating func response(_ id: RequestID, result body: (inout JSONWriter) -> Void) {
    raw("{\"jsonrpc\":\"2.0\",\"id\":")
    self.id(id)
    raw(",\"result\":")
    body(&self)
    raw("}\n")
  }

  /// Without a readable id the member is left out (never null, never invented).
  package mutating func response(_ id: RequestID?, error: RPCError) {
    raw("{\"jsonrpc\":\"2.0\"")
    if let id {
      raw(",\"id\":")
      self.id(id)
    }
    raw(",\"error\":")
    value(error.json)
    raw("}\n")
  }

  package mutating func request(_ id: RequestID, method: String, params: JSONValue?) {
    raw("{\"jsonrpc\":\"2.0\",\"id\":")
    self.id(id)
    call(method, params)
  }

  package mutating func notification(method: String, params: JSONValue?) {
    raw("{\"jsonrpc\":\"2.0\"")
    call(method, params)
  }

  package mutating func id(_ id: RequestID) {
    switch id {
    case .integer(let number): integer(number)
    case .string(let text): string(text)
    }
  }

  private mutating func call(_ method: String, _ params: JSONValue?) {
    raw(",\"method\":")
    string(method)
    if let params {
      raw(",\"params\":")
      value(params)
    }
    raw("}\n")
  }
}
