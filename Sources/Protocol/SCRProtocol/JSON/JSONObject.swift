/// One key and value of a JSON object.
package struct JSONField: Sendable, Hashable {
  package let key: String
  package var value: JSONValue

  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.key.hasBytes(of: right.key) && left.value == right.value
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ByteText(text: key))
    hasher.combine(value)
  }
}

/// A JSON object whose keys keep their order. Of duplicate keys the last value wins, at the place of the first.
/// Keys are the same only byte for byte.
package struct JSONObject: Sendable, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [JSONField]
  /// Filled only above ``indexThreshold`` keys; small objects are searched faster in order.
  private var index: [ByteText: Int] = [:]

  private static let indexThreshold = 16

  package init() { fields = [] }

  package init(_ fields: some Sequence<JSONField>) {
    self.init()
    self.fields.reserveCapacity(fields.underestimatedCount)
    for field in fields { self[field.key] = field.value }
  }

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.lazy.map { JSONField(key: $0.0, value: $0.1) })
  }

  package var count: Int { fields.count }
  package var isEmpty: Bool { fields.isEmpty }
  package var keys: some Sequence<String> { fields.lazy.map(\.key) }

  /// Reading a missing key gives nil; assigning nil removes the key.
  package subscript(key: String) -> JSONValue? {
    get { position(of: key).map { fields[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let place?, let value?): fields[place].value = value
      case (nil, let value?): append(JSONField(key: key, value: value))
      case (let place?, nil): remove(at: place)
      case (nil, nil): break
      }
    }
  }

  package mutating func reserveCapacity(_ count: Int) { fields.reserveCapacity(count) }

  private func position(of key: String) -> Int? {
    if fields.count > Self.indexThreshold { return index[ByteText(text: key)] }
    return fields.firstIndex { $0.key.hasBytes(of: key) }
  }

  private mutating func append(_ field: JSONField) {
    if fields.isEmpty { fields.reserveCapacity(4) }
    fields.append(field)
    if fields.count == Self.indexThreshold + 1 {
      for (place, field) in fields.enumerated() { index[ByteText(text: field.key)] = place }
    } else if fields.count > Self.indexThreshold {
      index[ByteText(text: field.key)] = fields.count - 1
    }
  }

  private mutating func remove(at place: Int) {
    fields.remove(at: place)
    index = [:]
    guard fields.count > Self.indexThreshold else { return }
    for (place, field) in fields.enumerated() { index[ByteText(text: field.key)] = place }
  }
}

extension JSONObject: Hashable {
  /// Equal when the same keys have the same values; order is no part of an object's meaning (RFC 8259 §1).
  package static func == (left: Self, right: Self) -> Bool {
    if left.fields == right.fields { return true }
    return left.count == right.count && left.fields.allSatisfy { right[$0.key] == $0.value }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    hasher.combine(fields.reduce(0) { $0 ^ $1.hashValue })
  }
}

extension JSONObject: Sequence {
  package func makeIterator() -> IndexingIterator<[JSONField]> { fields.makeIterator() }
}
