package import SCRProtocol

/// What a native method takes and gives, without what it does.
package struct NativeSignature: Sendable {
  package let name: String
  /// One sentence for people and for models.
  package let summary: String
  /// The name of the parameters' shape in the documents.
  package let paramsName: String
  package let result: NativeResult
  private let makeParams: @Sendable () -> JSONValue

  init<Params: Sendable>(_ name: String, _ summary: String, _ shape: Shape<Params>, _ result: NativeResult) {
    self.name = name
    self.summary = summary
    paramsName = shape.name
    self.result = result
    makeParams = { shape.schema }
  }

  /// JSON Schema of the parameters: made when it is asked for, since a connection begins without.
  package var params: JSONValue { makeParams() }
}

extension NativeSignature {
  static let discover = NativeSignature(
    "rpc.discover", "Describes all native methods, their results and their events as an OpenRPC document.",
    NoParams.shape, NativeResult("Document"))
}

extension NativeMethod {
  /// `rpc.discover`.
  static func discover(_ description: NativeDescription) -> NativeMethod {
    let signature = NativeSignature.discover
    return NativeMethod(signature.name, signature.summary, NoParams.shape, gives: signature.result) { _, _ in
      description.openRPC
    }
  }
}
