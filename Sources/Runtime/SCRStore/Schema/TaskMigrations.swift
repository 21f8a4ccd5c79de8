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
    // Lanes, schedules, families of tasks, documents, checksums. Tasks that an older version queued get the names of
    // their tool servers from their plans.
    """
    ALTER TABLE tasks ADD COLUMN fairness_key TEXT NOT NULL DEFAULT '';
    ALTER TABLE tasks ADD COLUMN servers TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE tasks ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tasks ADD COLUMN unique_key TEXT;
    ALTER TABLE tasks ADD COLUMN run_at INTEGER;
    ALTER TABLE tasks ADD COLUMN parent_id TEXT;
    ALTER TABLE tasks ADD COLUMN parent_step TEXT;
    ALTER TABLE tasks ADD COLUMN schedule TEXT;
    ALTER TABLE tasks ADD COLUMN budget TEXT;
    ALTER TABLE tasks ADD COLUMN usage TEXT;
    ALTER TABLE tasks ADD COLUMN retry TEXT;
    ALTER TABLE tasks ADD COLUMN failed_runs INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tasks ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tasks ADD COLUMN retried_as TEXT;
    UPDATE tasks SET size = length(coalesce(plan, '')) + length(inputs), servers = (
      SELECT json_group_array(DISTINCT substr(value ->> '$.tool', 1, instr(value ->> '$.tool', '.') - 1))
      FROM json_each(tasks.plan, '$.steps') WHERE instr(value ->> '$.tool', '.') > 1)
      WHERE plan IS NOT NULL AND json_valid(plan) AND state NOT IN ('completed', 'failed', 'cancelled', 'dead');
    DROP INDEX tasks_claimable_here;
    CREATE INDEX tasks_queue ON tasks (workspace_root, class, priority, fairness_key, number, size, state)
      WHERE state = 'queued';
    CREATE UNIQUE INDEX tasks_by_unique_key ON tasks (unique_key)
      WHERE unique_key IS NOT NULL AND state NOT IN ('completed', 'failed', 'cancelled', 'dead');
    CREATE INDEX tasks_by_start ON tasks (run_at) WHERE state = 'scheduled' AND run_at IS NOT NULL;
    CREATE INDEX tasks_by_parent ON tasks (parent_id) WHERE parent_id IS NOT NULL;
    CREATE INDEX tasks_by_end ON tasks (ended_at) WHERE ended_at IS NOT NULL AND parent_id IS NULL;

    ALTER TABLE steps ADD COLUMN checksum INTEGER;
    ALTER TABLE events ADD COLUMN checksum INTEGER;

    CREATE TABLE documents (
      number INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      task_id TEXT REFERENCES tasks (id),
      is_open INTEGER NOT NULL,
      due_at INTEGER,
      revision INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      body TEXT NOT NULL,
      checksum INTEGER,
      UNIQUE (kind, id)
    ) STRICT;
    CREATE INDEX documents_by_task ON documents (task_id) WHERE task_id IS NOT NULL;
    CREATE INDEX documents_open ON documents (kind) WHERE is_open = 1;
    CREATE INDEX documents_due ON documents (kind, due_at) WHERE is_open = 1 AND due_at IS NOT NULL;
    """,
    // Checksums of tasks, one for each group of columns that is written as a whole; how often a plan was revised;
    // cancellations that a crash kept from being carried out.
    """
    ALTER TABLE tasks ADD COLUMN plan_revision INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tasks ADD COLUMN fixed_sum INTEGER;
    ALTER TABLE tasks ADD COLUMN plan_sum INTEGER;
    ALTER TABLE tasks ADD COLUMN life_sum INTEGER;
    ALTER TABLE tasks ADD COLUMN claim_sum INTEGER;
    CREATE INDEX tasks_unheeded ON tasks (number)
      WHERE cancel_requested = 1 AND state IN ('queued', 'scheduled', 'waiting');
    """,
  ])
}
