import SCRProtocol
import Testing

struct ShapeTests {
  private struct Point: Sendable, Hashable {
    var x = 0
    var name: String?

    static let shape = Shape(
      "Point", { Point() }, .required("x", \.x, .integer(0...9), "Across"),
      .optional("name", \.name, .oneOf(["a", "b"]), "Its name"))
  }

  private func refusal(_ value: JSONValue?) -> ShapeError? {
    do throws(ShapeError) {
      _ = try Point.shape.decode(value, path: "params")
      return nil
    } catch { return error }
  }

  @Test func `a value is decoded and encoded by the same description`() throws {
    let point = try Point.shape.decode(["name": "b", "x": 3, "_meta": [:]], path: "params")
    #expect(point == Point(x: 3, name: "b"))
    #expect(JSONValue.object(Point.shape.encode(point)).jsonText == #"{"x":3,"name":"b"}"#)
    #expect(JSONValue.object(Point.shape.encode(Point(x: 1))).jsonText == #"{"x":1}"#)
  }

  @Test func `an optional member may be null`() throws {
    #expect(try Point.shape.decode(["x": 1, "name": nil], path: "params") == Point(x: 1))
  }

  @Test func `what is wrong is named with its path`() {
    #expect(refusal([]) == ShapeError(path: "params", message: "expected an object, found array"))
    #expect(refusal(nil) == ShapeError(path: "params.x", message: "\"x\" is missing"))
    #expect(refusal(["x": 10]) == ShapeError(path: "params.x", message: "10 is outside 0…9"))
    #expect(refusal(["x": "1"]) == ShapeError(path: "params.x", message: "expected an integer, found string"))
    #expect(refusal(["x": 1, "name": "c"]) == ShapeError(path: "params.name", message: "expected one of a, b"))
    let unknown = ShapeError(path: "params.y", message: "unknown member \"y\"", hint: "known are x, name")
    #expect(refusal(["x": 1, "y": 2]) == unknown)
  }

  @Test func `the schema accepts what is decoded and refuses the rest`() throws {
    let schema = try JSONSchema.compile(Point.shape.schema)
    #expect(schema.validate(["x": 3, "name": "b"]) == [])
    for wrong: JSONValue in [[:], ["x": 10], ["x": 1, "name": "c"], ["x": 1, "y": 2]] {
      #expect(!schema.validate(wrong).isEmpty)
    }
  }
}
