/// Where a text lies in the space of a model.
package struct MemoryVector: Sendable, Hashable {
  package var model: String
  package var values: [Float]

  package init(model: String, values: [Float]) {
    self.model = model
    self.values = values
  }

  /// Vectors that one search compares at most: those of the newest records that its filters leave.
  package static let candidates = 20_000
  /// Of which so many take part in the ranking.
  package static let nearest = 200

  /// −1…1; nil where the lengths differ, or one has no direction.
  package static func cosine(_ left: [Float], _ right: [Float]) -> Double? {
    guard left.count == right.count else { return nil }
    var (product, leftSquare, rightSquare) = (Float(0), Float(0), Float(0))
    for place in left.indices {
      product += left[place] * right[place]
      leftSquare += left[place] * left[place]
      rightSquare += right[place] * right[place]
    }
    let length = (leftSquare * rightSquare).squareRoot()
    return length > 0 && length.isFinite ? Double(product / length) : nil
  }

  /// The nearest of them, the best first.
  package static func rank(_ distances: [(number: Int64, score: Double)]) -> [RankedRecord] {
    distances.map { RankedRecord(number: $0.number, score: $0.score) }.sorted(by: RankedRecord.isBetter)
      .prefix(nearest).map { $0 }
  }
}

package struct MemoryVectorWrite: Sendable, Hashable {
  package var id: String
  /// The write of the record that the vector was made of.
  package var revision: Int64
  package var vector: MemoryVector

  package init(id: String, revision: Int64, vector: MemoryVector) {
    self.id = id
    self.revision = revision
    self.vector = vector
  }
}
