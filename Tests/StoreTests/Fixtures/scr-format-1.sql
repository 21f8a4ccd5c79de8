-- scr.sqlite of format 1, with the index that it had: three tasks that ended, two whose owner was killed.
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
INSERT INTO tasks VALUES(1,'task_729a2a586bf1a5e0c762963676845059','Sums of the month',NULL,'{"title":"Sums of the month","inputs":{"number":"2"},"steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"${inputs.number} + 2"}},{"id":"double","tool":"calculator","arguments":{"expression":"${steps.sum.text} * 2"}}],"result":"${steps.double.text}"}','{}',3,'default','completed',NULL,'"8"','{"tools":[{"stepId":"sum","source":"native","tool":"calculator","attempts":1,"durationMs":21},{"stepId":"double","source":"native","tool":"calculator","attempts":1,"durationMs":13}],"servers":[],"durationMs":61}',NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'fail',1795511219259,1795511219320,1795511219320,0,NULL,NULL,1);
INSERT INTO tasks VALUES(2,'task_b38829fb0ed1f59fa795a6dadd4c9ad3','Größe “☃” über alles',NULL,'{"title":"Größe “☃” über alles","steps":[{"id":"divide","tool":"calculator","arguments":{"expression":"1 / 0"}},{"id":"after","needs":["divide"],"tool":"calculator","arguments":{"expression":"1"}}]}','{}',3,'default','failed','{"kind":"step_failed","message":"the step divide failed: at position 3: division by zero","stepId":"divide"}',NULL,'{"tools":[{"stepId":"divide","source":"native","tool":"calculator","attempts":1,"durationMs":4}],"servers":[],"durationMs":51}',NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'fail',1795511219481,1795511219532,1795511219532,0,NULL,NULL,1);
INSERT INTO tasks VALUES(3,'task_fc37e2401ad2bf170aed91bec9978873','A folder, later',NULL,'{"title":"A folder, later","steps":[{"id":"list","tool":"filesystem.list_directory","arguments":{"path":"."}}]}','{}',3,'default','running',NULL,NULL,NULL,NULL,NULL,'/srv/data','fee751d08df6c7ff7f561b854312404c6791f59280124a333c8e667d10730874',NULL,NULL,'fail',1795511219829,1795511240367,NULL,0,'run_6bc2ece8f56c072d1b19b46fd3ccc5b6',1795511270367,1);
INSERT INTO tasks VALUES(4,'task_119fd1adf349fb80a64c7e7d97af3506','With a key',NULL,'{"title":"With a key","steps":[{"id":"one","tool":"calculator","arguments":{"expression":"6*7"}}]}','{}',1,'default','completed',NULL,'{"one":{"text":"42","content":[{"type":"text","text":"42"}],"isError":false,"structuredContent":{"result":42,"expression":"6*7"}}}','{"tools":[{"stepId":"one","source":"native","tool":"calculator","attempts":1,"durationMs":1}],"servers":[],"durationMs":34}','order-7','fbae93320d8d26ff7751d148e67ceb85c9a03e2a242871dbcbda58d9ae8766ec','/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',4070908800000,NULL,'ask',1795511219957,1795511219991,1795511219991,0,NULL,NULL,1);
INSERT INTO tasks VALUES(5,'task_8ff3c6ce4ec3232beb56134bc50d964d','Patient',NULL,'{"title":"Patient","steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"1+1"}},{"id":"divide","needs":["sum"],"tool":"calculator","arguments":{"expression":"1/0"},"retry":{"attempts":9,"backoffMs":60000,"jitter":0}}]}','{}',3,'default','running',NULL,NULL,NULL,NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'ask',1795511240307,1795511240322,NULL,0,'run_6bc2ece8f56c072d1b19b46fd3ccc5b6',1795511270322,1);
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
INSERT INTO steps VALUES(1,'task_729a2a586bf1a5e0c762963676845059','sum','completed',1,'{"tool":"calculator","arguments":{"expression":"2 + 2"},"idempotencyKey":"task_729a2a586bf1a5e0c762963676845059/sum","effect":"readOnly"}','{"content":[{"type":"text","text":"4"}],"isError":false,"structuredContent":{"result":4,"expression":"2 + 2"}}',NULL,1795511219286,1795511219307);
INSERT INTO steps VALUES(2,'task_729a2a586bf1a5e0c762963676845059','double','completed',1,'{"tool":"calculator","arguments":{"expression":"4 * 2"},"idempotencyKey":"task_729a2a586bf1a5e0c762963676845059/double","effect":"readOnly"}','{"content":[{"type":"text","text":"8"}],"isError":false,"structuredContent":{"result":8,"expression":"4 * 2"}}',NULL,1795511219307,1795511219320);
INSERT INTO steps VALUES(3,'task_b38829fb0ed1f59fa795a6dadd4c9ad3','divide','failed',1,'{"tool":"calculator","arguments":{"expression":"1 / 0"},"idempotencyKey":"task_b38829fb0ed1f59fa795a6dadd4c9ad3/divide","effect":"readOnly"}','{"content":[{"type":"text","text":"at position 3: division by zero"}],"isError":true}','{"kind":"tool_failed","message":"at position 3: division by zero","stepId":"divide"}',1795511219528,1795511219532);
INSERT INTO steps VALUES(4,'task_b38829fb0ed1f59fa795a6dadd4c9ad3','after','skipped',0,NULL,NULL,'{"kind":"dependency_failed","message":"it needs divide, which did not complete","stepId":"after"}',NULL,1795511219532);
INSERT INTO steps VALUES(5,'task_119fd1adf349fb80a64c7e7d97af3506','one','completed',1,'{"tool":"calculator","arguments":{"expression":"6*7"},"idempotencyKey":"task_119fd1adf349fb80a64c7e7d97af3506/one","effect":"readOnly"}','{"content":[{"type":"text","text":"42"}],"isError":false,"structuredContent":{"result":42,"expression":"6*7"}}',NULL,1795511219990,1795511219991);
INSERT INTO steps VALUES(6,'task_8ff3c6ce4ec3232beb56134bc50d964d','sum','completed',1,'{"tool":"calculator","arguments":{"expression":"1+1"},"idempotencyKey":"task_8ff3c6ce4ec3232beb56134bc50d964d/sum","effect":"readOnly"}','{"content":[{"type":"text","text":"2"}],"isError":false,"structuredContent":{"result":2,"expression":"1+1"}}',NULL,1795511240331,1795511240333);
INSERT INTO steps VALUES(7,'task_8ff3c6ce4ec3232beb56134bc50d964d','divide','ready',1,'{"tool":"calculator","arguments":{"expression":"1/0"},"idempotencyKey":"task_8ff3c6ce4ec3232beb56134bc50d964d/divide","effect":"readOnly"}','{"content":[{"type":"text","text":"at position 2: division by zero"}],"isError":true}','{"kind":"tool_failed","message":"at position 2: division by zero","stepId":"divide"}',1795511240333,1795511240335);
INSERT INTO steps VALUES(8,'task_fc37e2401ad2bf170aed91bec9978873','list','running',1,'{"tool":"list_directory","arguments":{"path":"."},"idempotencyKey":"task_fc37e2401ad2bf170aed91bec9978873/list","effect":"readOnly","server":"filesystem"}',NULL,NULL,1795511240369,NULL);
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  task_id TEXT,
  step_id TEXT,
  data TEXT NOT NULL
) STRICT;
INSERT INTO events VALUES(1,1795511219256,'server.state',NULL,NULL,'{"server":"filesystem","state":"starting","tools":0,"restarts":0}');
INSERT INTO events VALUES(2,1795511219259,'task.submitted','task_729a2a586bf1a5e0c762963676845059',NULL,'{"title":"Sums of the month"}');
INSERT INTO events VALUES(3,1795511219259,'task.queued','task_729a2a586bf1a5e0c762963676845059',NULL,'{"priority":3}');
INSERT INTO events VALUES(4,1795511219275,'task.started','task_729a2a586bf1a5e0c762963676845059',NULL,'{"epoch":1}');
INSERT INTO events VALUES(5,1795511219286,'plan.created','task_729a2a586bf1a5e0c762963676845059',NULL,'{"steps":["sum","double"]}');
INSERT INTO events VALUES(6,1795511219286,'step.started','task_729a2a586bf1a5e0c762963676845059','sum','{"attempt":1}');
INSERT INTO events VALUES(7,1795511219286,'tool.called','task_729a2a586bf1a5e0c762963676845059','sum','{"tool":"calculator","attempt":1}');
INSERT INTO events VALUES(8,1795511219307,'tool.returned','task_729a2a586bf1a5e0c762963676845059','sum','{"tool":"calculator","isError":false,"durationMs":21}');
INSERT INTO events VALUES(9,1795511219307,'step.completed','task_729a2a586bf1a5e0c762963676845059','sum','{"attempt":1,"durationMs":21}');
INSERT INTO events VALUES(10,1795511219307,'step.started','task_729a2a586bf1a5e0c762963676845059','double','{"attempt":1}');
INSERT INTO events VALUES(11,1795511219307,'tool.called','task_729a2a586bf1a5e0c762963676845059','double','{"tool":"calculator","attempt":1}');
INSERT INTO events VALUES(12,1795511219320,'tool.returned','task_729a2a586bf1a5e0c762963676845059','double','{"tool":"calculator","isError":false,"durationMs":13}');
INSERT INTO events VALUES(13,1795511219320,'step.completed','task_729a2a586bf1a5e0c762963676845059','double','{"attempt":1,"durationMs":13}');
INSERT INTO events VALUES(14,1795511219320,'task.completed','task_729a2a586bf1a5e0c762963676845059',NULL,'{}');
INSERT INTO events VALUES(15,1795511219478,'server.state',NULL,NULL,'{"server":"filesystem","state":"starting","tools":0,"restarts":0}');
INSERT INTO events VALUES(16,1795511219481,'task.submitted','task_b38829fb0ed1f59fa795a6dadd4c9ad3',NULL,'{"title":"Größe “☃” über alles"}');
INSERT INTO events VALUES(17,1795511219481,'task.queued','task_b38829fb0ed1f59fa795a6dadd4c9ad3',NULL,'{"priority":3}');
INSERT INTO events VALUES(18,1795511219513,'task.started','task_b38829fb0ed1f59fa795a6dadd4c9ad3',NULL,'{"epoch":1}');
INSERT INTO events VALUES(19,1795511219528,'plan.created','task_b38829fb0ed1f59fa795a6dadd4c9ad3',NULL,'{"steps":["divide","after"]}');
INSERT INTO events VALUES(20,1795511219528,'step.started','task_b38829fb0ed1f59fa795a6dadd4c9ad3','divide','{"attempt":1}');
INSERT INTO events VALUES(21,1795511219528,'tool.called','task_b38829fb0ed1f59fa795a6dadd4c9ad3','divide','{"tool":"calculator","attempt":1}');
INSERT INTO events VALUES(22,1795511219532,'tool.returned','task_b38829fb0ed1f59fa795a6dadd4c9ad3','divide','{"tool":"calculator","isError":true,"durationMs":4}');
INSERT INTO events VALUES(23,1795511219532,'step.failed','task_b38829fb0ed1f59fa795a6dadd4c9ad3','divide','{"reason":{"kind":"tool_failed","message":"at position 3: division by zero","stepId":"divide"}}');
INSERT INTO events VALUES(24,1795511219532,'step.skipped','task_b38829fb0ed1f59fa795a6dadd4c9ad3','after','{"reason":{"kind":"dependency_failed","message":"it needs divide, which did not complete","stepId":"after"}}');
INSERT INTO events VALUES(25,1795511219532,'task.failed','task_b38829fb0ed1f59fa795a6dadd4c9ad3',NULL,'{"reason":{"kind":"step_failed","message":"the step divide failed: at position 3: division by zero","stepId":"divide"}}');
INSERT INTO events VALUES(26,1795511219829,'task.submitted','task_fc37e2401ad2bf170aed91bec9978873',NULL,'{"title":"A folder, later"}');
INSERT INTO events VALUES(27,1795511219829,'task.queued','task_fc37e2401ad2bf170aed91bec9978873',NULL,'{"priority":3}');
INSERT INTO events VALUES(28,1795511219952,'server.state',NULL,NULL,'{"server":"filesystem","state":"starting","tools":0,"restarts":0}');
INSERT INTO events VALUES(29,1795511219957,'task.submitted','task_119fd1adf349fb80a64c7e7d97af3506',NULL,'{"title":"With a key"}');
INSERT INTO events VALUES(30,1795511219957,'task.queued','task_119fd1adf349fb80a64c7e7d97af3506',NULL,'{"priority":1}');
INSERT INTO events VALUES(31,1795511219985,'task.started','task_119fd1adf349fb80a64c7e7d97af3506',NULL,'{"epoch":1}');
INSERT INTO events VALUES(32,1795511219990,'plan.created','task_119fd1adf349fb80a64c7e7d97af3506',NULL,'{"steps":["one"]}');
INSERT INTO events VALUES(33,1795511219990,'step.started','task_119fd1adf349fb80a64c7e7d97af3506','one','{"attempt":1}');
INSERT INTO events VALUES(34,1795511219990,'tool.called','task_119fd1adf349fb80a64c7e7d97af3506','one','{"tool":"calculator","attempt":1}');
INSERT INTO events VALUES(35,1795511219991,'tool.returned','task_119fd1adf349fb80a64c7e7d97af3506','one','{"tool":"calculator","isError":false,"durationMs":1}');
INSERT INTO events VALUES(36,1795511219991,'step.completed','task_119fd1adf349fb80a64c7e7d97af3506','one','{"attempt":1,"durationMs":1}');
INSERT INTO events VALUES(37,1795511219991,'task.completed','task_119fd1adf349fb80a64c7e7d97af3506',NULL,'{}');
INSERT INTO events VALUES(38,1795511240307,'task.submitted','task_8ff3c6ce4ec3232beb56134bc50d964d',NULL,'{"title":"Patient"}');
INSERT INTO events VALUES(39,1795511240307,'task.queued','task_8ff3c6ce4ec3232beb56134bc50d964d',NULL,'{"priority":3}');
INSERT INTO events VALUES(40,1795511240308,'server.state',NULL,NULL,'{"server":"filesystem","state":"starting","tools":0,"restarts":0}');
INSERT INTO events VALUES(41,1795511240322,'task.started','task_8ff3c6ce4ec3232beb56134bc50d964d',NULL,'{"epoch":1}');
INSERT INTO events VALUES(42,1795511240331,'plan.created','task_8ff3c6ce4ec3232beb56134bc50d964d',NULL,'{"steps":["sum","divide"]}');
INSERT INTO events VALUES(43,1795511240331,'step.started','task_8ff3c6ce4ec3232beb56134bc50d964d','sum','{"attempt":1}');
INSERT INTO events VALUES(44,1795511240331,'tool.called','task_8ff3c6ce4ec3232beb56134bc50d964d','sum','{"tool":"calculator","attempt":1}');
INSERT INTO events VALUES(45,1795511240333,'tool.returned','task_8ff3c6ce4ec3232beb56134bc50d964d','sum','{"tool":"calculator","isError":false,"durationMs":2}');
INSERT INTO events VALUES(46,1795511240333,'step.completed','task_8ff3c6ce4ec3232beb56134bc50d964d','sum','{"attempt":1,"durationMs":2}');
INSERT INTO events VALUES(47,1795511240333,'step.started','task_8ff3c6ce4ec3232beb56134bc50d964d','divide','{"attempt":1}');
INSERT INTO events VALUES(48,1795511240333,'tool.called','task_8ff3c6ce4ec3232beb56134bc50d964d','divide','{"tool":"calculator","attempt":1}');
INSERT INTO events VALUES(49,1795511240335,'tool.returned','task_8ff3c6ce4ec3232beb56134bc50d964d','divide','{"tool":"calculator","isError":true,"durationMs":2}');
INSERT INTO events VALUES(50,1795511240335,'step.retrying','task_8ff3c6ce4ec3232beb56134bc50d964d','divide','{"attempt":2,"afterMs":60000,"reason":{"kind":"tool_failed","message":"at position 2: division by zero","stepId":"divide"}}');
INSERT INTO events VALUES(51,1795511240359,'server.state',NULL,NULL,'{"server":"filesystem","state":"ready","tools":6,"restarts":0}');
INSERT INTO events VALUES(52,1795511240367,'task.started','task_fc37e2401ad2bf170aed91bec9978873',NULL,'{"epoch":1}');
INSERT INTO events VALUES(53,1795511240369,'plan.created','task_fc37e2401ad2bf170aed91bec9978873',NULL,'{"steps":["list"]}');
INSERT INTO events VALUES(54,1795511240369,'step.started','task_fc37e2401ad2bf170aed91bec9978873','list','{"attempt":1}');
INSERT INTO events VALUES(55,1795511240369,'tool.called','task_fc37e2401ad2bf170aed91bec9978873','list','{"tool":"filesystem.list_directory","attempt":1}');
CREATE UNIQUE INDEX tasks_by_key ON tasks (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX tasks_by_state ON tasks (state);
CREATE INDEX events_by_task ON events (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX tasks_claimable ON tasks (priority, created_at) WHERE state = 'queued';
UPDATE sqlite_sequence SET seq = (SELECT max(sequence) FROM events) WHERE name = 'events';
PRAGMA user_version = 1;
