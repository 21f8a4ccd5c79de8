extension Migrations {
  /// `memory.sqlite`. `number` counts records in the order of their making and is what pages are cut by; `written` counts
  /// the writes of all records, so that the oldest of a namespace can be found.
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
    """,
    """
    DROP INDEX records_by_age;
    ALTER TABLE records RENAME TO former;
    CREATE TABLE records (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      namespace TEXT NOT NULL,
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      task_id TEXT,
      revision INTEGER NOT NULL,
      written INTEGER NOT NULL,
      pinned INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      expires_at INTEGER,
      size INTEGER NOT NULL,
      tags TEXT NOT NULL,
      provenance TEXT NOT NULL,
      text TEXT NOT NULL,
      value TEXT,
      checksum INTEGER,
      vector_model TEXT,
      UNIQUE (namespace, kind, key)
    ) STRICT;
    CREATE INDEX records_by_kind ON records (kind, number);
    CREATE INDEX records_by_age ON records (namespace, written) WHERE pinned = 0;
    CREATE INDEX records_by_task ON records (task_id, number) WHERE task_id IS NOT NULL;
    CREATE INDEX records_by_end ON records (expires_at) WHERE expires_at IS NOT NULL;
    CREATE INDEX records_by_model ON records (vector_model, number);
    CREATE TABLE tags (
      tag TEXT NOT NULL,
      number INTEGER NOT NULL,
      PRIMARY KEY (tag, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE namespaces (
      name TEXT PRIMARY KEY,
      records INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      evicted INTEGER NOT NULL,
      evicted_bytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE marks (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE vectors (
      number INTEGER PRIMARY KEY,
      model TEXT NOT NULL,
      dimension INTEGER NOT NULL,
      vector BLOB NOT NULL
    ) STRICT;

    INSERT INTO records (
      id, namespace, kind, key, task_id, revision, written, pinned, created_at, updated_at, size, tags, provenance, text,
      value
    )
    SELECT
      'mem_' || lower(hex(randomblob(16))), 'tasks', kind, id, task_id, 1, revision, 0, updated_at, updated_at,
      length(CAST(coalesce(json_extract(value, '$.title'), '') AS BLOB)) + length(CAST(value AS BLOB))
        + length(CAST(id AS BLOB)) + 128,
      '[]', CASE WHEN task_id IS NULL THEN '{"untrusted":true}' ELSE json_object('taskId', task_id, 'untrusted', json('true')) END,
      coalesce(json_extract(value, '$.title'), ''), value
    FROM former WHERE kind <> 'cursor' ORDER BY revision;
    INSERT INTO namespaces SELECT namespace, count(*), sum(size), 0, 0 FROM records GROUP BY namespace;
    INSERT INTO marks SELECT id, CAST(value AS INTEGER) FROM former WHERE kind = 'cursor';
    INSERT INTO marks SELECT '.written', coalesce(max(revision), 0) FROM former;
    DROP TABLE former;
    """,
  ])
}
