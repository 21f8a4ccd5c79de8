/// The text of a statement that the writer runs, known by its identity: looking it up costs no hash of the text.
final class WriterSQL: Sendable {
  let text: String

  init(_ text: String) { self.text = text }
}

extension WriterSQL {
  static let begin = WriterSQL("BEGIN IMMEDIATE")
  static let commit = WriterSQL("COMMIT")
  static let rollback = WriterSQL("ROLLBACK")
  static let save = WriterSQL("SAVEPOINT batch")
  static let release = WriterSQL("RELEASE batch")
  static let takeBack = WriterSQL("ROLLBACK TO batch")
}
