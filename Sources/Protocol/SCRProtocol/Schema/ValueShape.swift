/// How one kind of value stands in JSON.
package struct ValueShape<Value: Sendable>: Sendable {
  let schema: JSONObject
  let decode: @Sendable (JSONValue, String) throws(ShapeError) -> Value
  let encode: @Sendable (Value) -> JSONValue

  package init(
    schema: JSONObject, decode: @escaping @Sendable (JSONValue, String) throws(ShapeError) -> Value,
    encode: @escaping @Sendable (Value) -> JSONValue
  ) {
    self.schema = schema
    self.decode = decode
    self.encode = encode
  }

  func described(_ description: String) -> JSONValue {
    var schema = schema
    schema["description"] = .string(description)
    return .object(schema)
  }

  static func mismatch(_ expected: String, _ found: JSONValue, _ path: String) -> ShapeError {
    ShapeError(path: path, message: "expected \(expected), found \(found.typeName)")
  }
}

extension ValueShape where Value == String {
  package static let string = ValueShape(
    schema: ["type": "string"],
    decode: { (json, path) throws(ShapeError) in
      guard let text = json.stringValue else { throw mismatch("a string", json, path) }
      return text
    }, encode: { .string($0) })

  /// One of a fixed set of words.
  package static func oneOf(_ words: [String]) -> ValueShape {
    ValueShape(
      schema: ["type": "string", "enum": .array(words.map { .string($0) })],
      decode: { (json, path) throws(ShapeError) in
        guard let text = json.stringValue, words.contains(text) else {
          throw ShapeError(path: path, message: "expected one of \(words.joined(separator: ", "))")
        }
        return text
      }, encode: { .string($0) })
  }
}

extension ValueShape where Value == Bool {
  package static let bool = ValueShape(
    schema: ["type": "boolean"],
    decode: { (json, path) throws(ShapeError) in
      guard let flag = json.boolValue else { throw mismatch("true or false", json, path) }
      return flag
    }, encode: { .bool($0) })
}

extension ValueShape where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> ValueShape {
    ValueShape(
      schema: ["type": "integer", "minimum": .init(range.lowerBound), "maximum": .init(range.upperBound)],
      decode: { (json, path) throws(ShapeError) in
        guard let number = json.integerValue else { throw mismatch("an integer", json, path) }
        guard let value = Int(exactly: number), range.contains(value) else {
          throw ShapeError(path: path, message: "\(number) is outside \(range.lowerBound)…\(range.upperBound)")
        }
        return value
      }, encode: { .init($0) })
  }
}

extension ValueShape where Value == Double {
  package static func number(_ range: ClosedRange<Double>) -> ValueShape {
    ValueShape(
      schema: ["type": "number", "minimum": .init(range.lowerBound), "maximum": .init(range.upperBound)],
      decode: { (json, path) throws(ShapeError) in
        guard let value = json.doubleValue else { throw mismatch("a number", json, path) }
        guard range.contains(value) else {
          throw ShapeError(path: path, message: "\(value) is outside \(range.lowerBound)…\(range.upperBound)")
        }
        return value
      }, encode: { .init($0) })
  }
}

extension ValueShape where Value == JSONObject {
  package static let object = ValueShape(
    schema: ["type": "object"],
    decode: { (json, path) throws(ShapeError) in
      guard let object = json.objectValue else { throw mismatch("an object", json, path) }
      return object
    }, encode: { .object($0) })
}

extension ValueShape where Value == JSONValue {
  /// Anything, described by `schema`.
  package static func any(_ schema: JSONObject = [:]) -> ValueShape {
    ValueShape(schema: schema, decode: { (json, _) throws(ShapeError) in json }, encode: { $0 })
  }
}

extension ValueShape {
  package static func array<Element: Sendable>(of element: ValueShape<Element>) -> ValueShape
  where Value == [Element] {
    ValueShape(
      schema: ["type": "array", "items": .object(element.schema)],
      decode: { (json, path) throws(ShapeError) in
        guard let values = json.arrayValue else { throw mismatch("an array", json, path) }
        var decoded: [Element] = []
        for (place, value) in values.enumerated() { decoded.append(try element.decode(value, "\(path)[\(place)]")) }
        return decoded
      }, encode: { .array($0.map(element.encode)) })
  }

  /// A value whose type has a shape of its own.
  package static func shaped(_ shape: Shape<Value>) -> ValueShape {
    ValueShape(
      schema: shape.schema.objectValue ?? [:],
      decode: { (json, path) throws(ShapeError) in try shape.decode(json, path: path) },
      encode: { .object(shape.encode($0)) })
  }
}
