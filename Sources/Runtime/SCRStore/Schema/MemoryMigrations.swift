extension Migrations {
  /// `memory.sqlite`. `revision` grows with each write, so that records of one millisecond still have an order.
  static let memory = Migrations([
    """
    CREATE TABLE records (
      revision INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      task_id TEXT,
      value TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (kind, id)
    ) STRICT;
    CREATE INDEX records_by_age ON records (kind, updated_at);
    """
  ])
}
