extension Migrations {
  /// `scr.sqlite`. `number` counts rows in the order of their first write and is what pages are cut by.
  static let tasks = Migrations([
    """
    CREATE TABLE tasks (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      title TEXT NOT NULL,
      goal TEXT,
      plan TEXT,
      inputs TEXT NOT NULL,
      priority INTEGER NOT NULL,
      class TEXT NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      result TEXT,
      provenance TEXT,
      idempotency_key TEXT,
      submission_digest TEXT,
      workspace_root TEXT,
      servers_digest TEXT,
      deadline INTEGER,
      retry_of TEXT,
      unknown_outcome TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      ended_at INTEGER,
      cancel_requested INTEGER NOT NULL,
      lease_owner TEXT,
      lease_until INTEGER,
      epoch INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX tasks_by_key ON tasks (idempotency_key) WHERE idempotency_key IS NOT NULL;
    CREATE INDEX tasks_by_state ON tasks (state);
    CREATE INDEX tasks_claimable ON tasks (priority, created_at) WHERE state = 'queued';

    CREATE TABLE steps (
      number INTEGER PRIMARY KEY,
      task_id TEXT NOT NULL REFERENCES tasks (id),
      step_id TEXT NOT NULL,
      state TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      intent TEXT,
      value TEXT,
      reason TEXT,
      started_at INTEGER,
      ended_at INTEGER,
      UNIQUE (task_id, step_id)
    ) STRICT;

    CREATE TABLE events (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      task_id TEXT,
      step_id TEXT,
      data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_task ON events (task_id) WHERE task_id IS NOT NULL;
    """,
    """
    DROP INDEX tasks_claimable;
    CREATE INDEX tasks_claimable_here ON tasks (workspace_root, priority, created_at) WHERE state = 'queued';
    CREATE INDEX tasks_by_deadline ON tasks (deadline)
      WHERE deadline IS NOT NULL AND state IN ('queued', 'scheduled', 'waiting');
    """,
  ])
}
