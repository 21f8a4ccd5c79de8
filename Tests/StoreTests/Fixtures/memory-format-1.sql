-- memory.sqlite of format 1.
CREATE TABLE records (
  revision INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  task_id TEXT,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (kind, id)
) STRICT;
INSERT INTO records VALUES(4,'step','task_729a2a586bf1a5e0c762963676845059/sum','task_729a2a586bf1a5e0c762963676845059','{"state":"completed","attempts":1,"tool":"calculator","arguments":{"expression":"2 + 2"},"value":{"text":"4","content":[{"type":"text","text":"4"}],"isError":false,"structuredContent":{"result":4,"expression":"2 + 2"}}}',1795511219322);
INSERT INTO records VALUES(6,'task','task_729a2a586bf1a5e0c762963676845059','task_729a2a586bf1a5e0c762963676845059','{"title":"Sums of the month","state":"completed","provenance":{"tools":[{"stepId":"sum","source":"native","tool":"calculator","attempts":1,"durationMs":21},{"stepId":"double","source":"native","tool":"calculator","attempts":1,"durationMs":13}],"servers":[],"durationMs":61},"createdAt":"2026-11-24T09:06:59.259Z","endedAt":"2026-11-24T09:06:59.320Z"}',1795511219326);
INSERT INTO records VALUES(7,'result','task_729a2a586bf1a5e0c762963676845059','task_729a2a586bf1a5e0c762963676845059','"8"',1795511219326);
INSERT INTO records VALUES(8,'step','task_729a2a586bf1a5e0c762963676845059/double','task_729a2a586bf1a5e0c762963676845059','{"state":"completed","attempts":1,"tool":"calculator","arguments":{"expression":"4 * 2"},"value":{"text":"8","content":[{"type":"text","text":"8"}],"isError":false,"structuredContent":{"result":8,"expression":"4 * 2"}}}',1795511219327);
INSERT INTO records VALUES(13,'task','task_b38829fb0ed1f59fa795a6dadd4c9ad3','task_b38829fb0ed1f59fa795a6dadd4c9ad3','{"title":"Größe “☃” über alles","state":"failed","reason":{"kind":"step_failed","message":"the step divide failed: at position 3: division by zero","stepId":"divide"},"provenance":{"tools":[{"stepId":"divide","source":"native","tool":"calculator","attempts":1,"durationMs":4}],"servers":[],"durationMs":51},"createdAt":"2026-11-24T09:06:59.481Z","endedAt":"2026-11-24T09:06:59.532Z"}',1795511219542);
INSERT INTO records VALUES(14,'step','task_b38829fb0ed1f59fa795a6dadd4c9ad3/after','task_b38829fb0ed1f59fa795a6dadd4c9ad3','{"state":"skipped","attempts":0,"reason":{"kind":"dependency_failed","message":"it needs divide, which did not complete","stepId":"after"}}',1795511219545);
INSERT INTO records VALUES(15,'step','task_b38829fb0ed1f59fa795a6dadd4c9ad3/divide','task_b38829fb0ed1f59fa795a6dadd4c9ad3','{"state":"failed","attempts":1,"tool":"calculator","arguments":{"expression":"1 / 0"},"value":{"text":"at position 3: division by zero","content":[{"type":"text","text":"at position 3: division by zero"}],"isError":true},"reason":{"kind":"tool_failed","message":"at position 3: division by zero","stepId":"divide"}}',1795511219545);
INSERT INTO records VALUES(17,'task','task_fc37e2401ad2bf170aed91bec9978873','task_fc37e2401ad2bf170aed91bec9978873','{"title":"A folder, later","state":"queued","createdAt":"2026-11-24T09:06:59.829Z"}',1795511219964);
INSERT INTO records VALUES(23,'task','task_119fd1adf349fb80a64c7e7d97af3506','task_119fd1adf349fb80a64c7e7d97af3506','{"title":"With a key","state":"completed","provenance":{"tools":[{"stepId":"one","source":"native","tool":"calculator","attempts":1,"durationMs":1}],"servers":[],"durationMs":34},"createdAt":"2026-11-24T09:06:59.957Z","endedAt":"2026-11-24T09:06:59.991Z"}',1795511219995);
INSERT INTO records VALUES(24,'result','task_119fd1adf349fb80a64c7e7d97af3506','task_119fd1adf349fb80a64c7e7d97af3506','{"one":{"text":"42","content":[{"type":"text","text":"42"}],"isError":false,"structuredContent":{"result":42,"expression":"6*7"}}}',1795511219995);
INSERT INTO records VALUES(25,'step','task_119fd1adf349fb80a64c7e7d97af3506/one','task_119fd1adf349fb80a64c7e7d97af3506','{"state":"completed","attempts":1,"tool":"calculator","arguments":{"expression":"6*7"},"value":{"text":"42","content":[{"type":"text","text":"42"}],"isError":false,"structuredContent":{"result":42,"expression":"6*7"}}}',1795511219996);
INSERT INTO records VALUES(27,'task','task_8ff3c6ce4ec3232beb56134bc50d964d','task_8ff3c6ce4ec3232beb56134bc50d964d','{"title":"Patient","state":"queued","createdAt":"2026-11-24T09:07:20.307Z"}',1795511240319);
INSERT INTO records VALUES(31,'step','task_8ff3c6ce4ec3232beb56134bc50d964d/sum','task_8ff3c6ce4ec3232beb56134bc50d964d','{"state":"completed","attempts":1,"tool":"calculator","arguments":{"expression":"1+1"},"value":{"text":"2","content":[{"type":"text","text":"2"}],"isError":false,"structuredContent":{"result":2,"expression":"1+1"}}}',1795511240336);
INSERT INTO records VALUES(35,'cursor','events',NULL,'55',1795511240371);
CREATE INDEX records_by_age ON records (kind, updated_at);
PRAGMA user_version = 1;
