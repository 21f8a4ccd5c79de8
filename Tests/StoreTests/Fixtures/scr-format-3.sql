-- scr.sqlite of format 3, before tasks had checksums: one that ended well, one that failed, one that asks, one scheduled, one held.
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
, fairness_key TEXT NOT NULL DEFAULT '', servers TEXT NOT NULL DEFAULT '[]', size INTEGER NOT NULL DEFAULT 0, unique_key TEXT, run_at INTEGER, parent_id TEXT, parent_step TEXT, schedule TEXT, budget TEXT, usage TEXT, retry TEXT, failed_runs INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0, retried_as TEXT) STRICT;
INSERT INTO tasks VALUES(1,'task_47b28dd11bbae3bab3a214b99f493fdb','Größe “☃” über alles',NULL,'{"title":"Größe “☃” über alles","steps":[{"id":"a","tool":"calculator","arguments":{"expression":"1/"}}]}','{}',3,'default','failed','{"kind":"step_failed","message":"the step a failed: at position 3: expected a number, found the end","stepId":"a"}',NULL,'{"tools":[{"stepId":"a","source":"native","tool":"calculator","attempts":1,"durationMs":6}],"servers":[],"durationMs":44}',NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'ask',1795521222473,1795521222517,1795521222517,0,NULL,NULL,1,'','[]',116,'once',NULL,NULL,NULL,NULL,NULL,'{"wallMs":6,"toolCalls":1,"tokens":0,"costUSD":0}',NULL,1,0,NULL);
INSERT INTO tasks VALUES(2,'task_c779ed433c37788f08bdb8ed9276665c','Sums of the month',NULL,'{"title":"Sums of the month","steps":[{"id":"a","tool":"calculator","arguments":{"expression":"2+2"}},{"id":"b","tool":"calculator","arguments":{"expression":"${steps.a.structuredContent.result} * 2"}}]}','{}',3,'batch','completed',NULL,'{"b":{"text":"8","content":[{"type":"text","text":"8"}],"isError":false,"structuredContent":{"result":8,"expression":"4 * 2"}}}','{"tools":[{"stepId":"a","source":"native","tool":"calculator","attempts":1,"durationMs":4},{"stepId":"b","source":"native","tool":"calculator","attempts":1,"durationMs":4}],"servers":[],"durationMs":50}',NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'ask',1795521222467,1795521222517,1795521222517,0,NULL,NULL,1,'tenant','[]',205,NULL,NULL,NULL,NULL,NULL,NULL,'{"wallMs":8,"toolCalls":2,"tokens":0,"costUSD":0}',NULL,0,0,NULL);
INSERT INTO tasks VALUES(3,'task_98898a709cc0950cc7cf2a2dbb6c4d4c','Held',NULL,'{"title":"Held","steps":[{"id":"a","tool":"calculator","arguments":{"expression":"1"}}]}','{}',1,'held','queued',NULL,NULL,NULL,NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'ask',1795521222468,1795521222468,NULL,0,NULL,NULL,0,'','[]',90,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,NULL);
INSERT INTO tasks VALUES(4,'task_e622f26511dc6fcd2732363a9b0f72d8','Later',NULL,'{"title":"Later","steps":[{"id":"a","tool":"calculator","arguments":{"expression":"1"}}]}','{}',3,'default','scheduled',NULL,NULL,NULL,NULL,NULL,'/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'ask',1795521222470,1795521222470,NULL,0,NULL,NULL,0,'','[]',91,NULL,4070908800000,NULL,NULL,NULL,'{"toolCalls":5}',NULL,NULL,0,0,NULL);
INSERT INTO tasks VALUES(5,'task_76b5ff8414b4278c3feb2f32cd6c8c20','Asks',NULL,'{"title":"Asks","steps":[{"id":"w","wait":{"approval":{"question":"Go on?"}}},{"id":"b","needs":["w"],"tool":"calculator","arguments":{"expression":"1"}}]}','{}',3,'default','waiting','{"kind":"waiting","message":"it waits for an approval: Go on?","stepId":"w","hint":"answer it: scr approvals answer wait_e504232d36fc169993e9f349dd888e70"}',NULL,NULL,'order-7','7871d5b3fdaa2da3f0c9cb791ff30703800a83ce048346bfa1951116648d74b1','/srv/data','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL,'ask',1795521222473,1795521222511,NULL,0,NULL,NULL,1,'','[]',157,NULL,NULL,NULL,NULL,NULL,NULL,'{"wallMs":0,"toolCalls":0,"tokens":0,"costUSD":0}',NULL,0,0,NULL);
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
  ended_at INTEGER, checksum INTEGER,
  UNIQUE (task_id, step_id)
) STRICT;
INSERT INTO steps VALUES(1,'task_c779ed433c37788f08bdb8ed9276665c','a','completed',1,'{"tool":"calculator","arguments":{"expression":"2+2"},"idempotencyKey":"task_c779ed433c37788f08bdb8ed9276665c/a","effect":"readOnly"}','{"content":[{"type":"text","text":"4"}],"isError":false,"structuredContent":{"result":4,"expression":"2+2"}}',NULL,1795521222509,1795521222513,-3371436678816333768);
INSERT INTO steps VALUES(2,'task_47b28dd11bbae3bab3a214b99f493fdb','a','failed',1,'{"tool":"calculator","arguments":{"expression":"1/"},"idempotencyKey":"task_47b28dd11bbae3bab3a214b99f493fdb/a","effect":"readOnly"}','{"content":[{"type":"text","text":"at position 3: expected a number, found the end"}],"isError":true}','{"kind":"tool_failed","message":"at position 3: expected a number, found the end","stepId":"a"}',1795521222511,1795521222517,6603969417918981727);
INSERT INTO steps VALUES(3,'task_76b5ff8414b4278c3feb2f32cd6c8c20','w','waiting',1,NULL,NULL,'{"kind":"waiting","message":"it waits for an approval: Go on?","stepId":"w","hint":"answer it: scr approvals answer wait_e504232d36fc169993e9f349dd888e70"}',1795521222511,NULL,998787524224797040);
INSERT INTO steps VALUES(4,'task_c779ed433c37788f08bdb8ed9276665c','b','completed',1,'{"tool":"calculator","arguments":{"expression":"4 * 2"},"idempotencyKey":"task_c779ed433c37788f08bdb8ed9276665c/b","effect":"readOnly"}','{"content":[{"type":"text","text":"8"}],"isError":false,"structuredContent":{"result":8,"expression":"4 * 2"}}',NULL,1795521222513,1795521222517,-590120609740690355);
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  task_id TEXT,
  step_id TEXT,
  data TEXT NOT NULL
, checksum INTEGER) STRICT;
INSERT INTO events VALUES(1,1795521222469,'server.state',NULL,NULL,'{"server":"filesystem","state":"starting","tools":0,"restarts":0}',8998538402003670637);
INSERT INTO events VALUES(2,1795521222473,'task.submitted','task_47b28dd11bbae3bab3a214b99f493fdb',NULL,'{"title":"Größe “☃” über alles"}',5612739014889703072);
INSERT INTO events VALUES(3,1795521222473,'task.queued','task_47b28dd11bbae3bab3a214b99f493fdb',NULL,'{"priority":3}',2836495844076919454);
INSERT INTO events VALUES(4,1795521222467,'task.submitted','task_c779ed433c37788f08bdb8ed9276665c',NULL,'{"title":"Sums of the month"}',5580470690029957023);
INSERT INTO events VALUES(5,1795521222467,'task.queued','task_c779ed433c37788f08bdb8ed9276665c',NULL,'{"priority":3}',-3843423084260585678);
INSERT INTO events VALUES(6,1795521222468,'task.submitted','task_98898a709cc0950cc7cf2a2dbb6c4d4c',NULL,'{"title":"Held"}',5375733826124839367);
INSERT INTO events VALUES(7,1795521222468,'task.queued','task_98898a709cc0950cc7cf2a2dbb6c4d4c',NULL,'{"priority":1}',57075818520749887);
INSERT INTO events VALUES(8,1795521222473,'queue.paused',NULL,NULL,'{"class":"held"}',-7410261540808918885);
INSERT INTO events VALUES(9,1795521222470,'task.submitted','task_e622f26511dc6fcd2732363a9b0f72d8',NULL,'{"title":"Later"}',-6176042774016422208);
INSERT INTO events VALUES(10,1795521222470,'task.scheduled','task_e622f26511dc6fcd2732363a9b0f72d8',NULL,'{"runAt":"2099-01-01T00:00:00.000Z"}',504147716136287501);
INSERT INTO events VALUES(11,1795521222473,'task.submitted','task_76b5ff8414b4278c3feb2f32cd6c8c20',NULL,'{"title":"Asks"}',-3523444944576136882);
INSERT INTO events VALUES(12,1795521222473,'task.queued','task_76b5ff8414b4278c3feb2f32cd6c8c20',NULL,'{"priority":3}',-3100103037233336549);
INSERT INTO events VALUES(13,1795521222503,'task.started','task_c779ed433c37788f08bdb8ed9276665c',NULL,'{"epoch":1}',-6502386810469212382);
INSERT INTO events VALUES(14,1795521222504,'task.started','task_47b28dd11bbae3bab3a214b99f493fdb',NULL,'{"epoch":1}',-6003795906592525849);
INSERT INTO events VALUES(15,1795521222506,'task.started','task_76b5ff8414b4278c3feb2f32cd6c8c20',NULL,'{"epoch":1}',-7500579304694880299);
INSERT INTO events VALUES(16,1795521222509,'plan.created','task_c779ed433c37788f08bdb8ed9276665c',NULL,'{"steps":["a","b"]}',2168162710072771697);
INSERT INTO events VALUES(17,1795521222509,'step.ready','task_c779ed433c37788f08bdb8ed9276665c','a','{}',-6185538089711699220);
INSERT INTO events VALUES(18,1795521222509,'step.started','task_c779ed433c37788f08bdb8ed9276665c','a','{"attempt":1}',-2715609575722329222);
INSERT INTO events VALUES(19,1795521222509,'tool.called','task_c779ed433c37788f08bdb8ed9276665c','a','{"tool":"calculator","attempt":1}',2476434546106191757);
INSERT INTO events VALUES(20,1795521222511,'plan.created','task_47b28dd11bbae3bab3a214b99f493fdb',NULL,'{"steps":["a"]}',-327380703903134938);
INSERT INTO events VALUES(21,1795521222511,'step.ready','task_47b28dd11bbae3bab3a214b99f493fdb','a','{}',4938179877720527172);
INSERT INTO events VALUES(22,1795521222511,'step.started','task_47b28dd11bbae3bab3a214b99f493fdb','a','{"attempt":1}',1666138596083803733);
INSERT INTO events VALUES(23,1795521222511,'tool.called','task_47b28dd11bbae3bab3a214b99f493fdb','a','{"tool":"calculator","attempt":1}',8366607997867979283);
INSERT INTO events VALUES(24,1795521222511,'plan.created','task_76b5ff8414b4278c3feb2f32cd6c8c20',NULL,'{"steps":["w","b"]}',-4417650475452921473);
INSERT INTO events VALUES(25,1795521222511,'step.ready','task_76b5ff8414b4278c3feb2f32cd6c8c20','w','{}',-8305811750742229855);
INSERT INTO events VALUES(26,1795521222511,'step.waiting','task_76b5ff8414b4278c3feb2f32cd6c8c20','w','{"waitId":"wait_e504232d36fc169993e9f349dd888e70","kind":"approval","attempt":1}',-839398059682415893);
INSERT INTO events VALUES(27,1795521222511,'approval.requested','task_76b5ff8414b4278c3feb2f32cd6c8c20','w','{"approvalId":"wait_e504232d36fc169993e9f349dd888e70","taskId":"task_76b5ff8414b4278c3feb2f32cd6c8c20","kind":"approval","stepId":"w","question":"Go on?","options":["approve","reject"],"requestedAt":"2026-11-24T11:53:42.511Z"}',4142861374019943773);
INSERT INTO events VALUES(28,1795521222511,'task.waiting','task_76b5ff8414b4278c3feb2f32cd6c8c20',NULL,'{"steps":["w"],"reason":{"kind":"waiting","message":"it waits for an approval: Go on?","stepId":"w","hint":"answer it: scr approvals answer wait_e504232d36fc169993e9f349dd888e70"},"needsAnswer":true}',-7938251026497221606);
INSERT INTO events VALUES(29,1795521222513,'tool.returned','task_c779ed433c37788f08bdb8ed9276665c','a','{"tool":"calculator","isError":false,"durationMs":4}',1208686724496108033);
INSERT INTO events VALUES(30,1795521222513,'step.completed','task_c779ed433c37788f08bdb8ed9276665c','a','{"attempt":1,"durationMs":4}',7676487961012619857);
INSERT INTO events VALUES(31,1795521222513,'step.ready','task_c779ed433c37788f08bdb8ed9276665c','b','{}',-3502356639766984503);
INSERT INTO events VALUES(32,1795521222513,'step.started','task_c779ed433c37788f08bdb8ed9276665c','b','{"attempt":1}',-4141129332862357353);
INSERT INTO events VALUES(33,1795521222513,'tool.called','task_c779ed433c37788f08bdb8ed9276665c','b','{"tool":"calculator","attempt":1}',1002651923666906300);
INSERT INTO events VALUES(34,1795521222517,'tool.returned','task_47b28dd11bbae3bab3a214b99f493fdb','a','{"tool":"calculator","isError":true,"durationMs":6}',596459484324111511);
INSERT INTO events VALUES(35,1795521222517,'step.failed','task_47b28dd11bbae3bab3a214b99f493fdb','a','{"reason":{"kind":"tool_failed","message":"at position 3: expected a number, found the end","stepId":"a"}}',2939224651362324368);
INSERT INTO events VALUES(36,1795521222517,'task.failed','task_47b28dd11bbae3bab3a214b99f493fdb',NULL,'{"reason":{"kind":"step_failed","message":"the step a failed: at position 3: expected a number, found the end","stepId":"a"}}',5850848347346897622);
INSERT INTO events VALUES(37,1795521222517,'tool.returned','task_c779ed433c37788f08bdb8ed9276665c','b','{"tool":"calculator","isError":false,"durationMs":4}',-5206848006952387861);
INSERT INTO events VALUES(38,1795521222517,'step.completed','task_c779ed433c37788f08bdb8ed9276665c','b','{"attempt":1,"durationMs":4}',5115199592253890972);
INSERT INTO events VALUES(39,1795521222517,'task.completed','task_c779ed433c37788f08bdb8ed9276665c',NULL,'{}',-1612249068209447757);
INSERT INTO events VALUES(40,1795521222557,'server.state',NULL,NULL,'{"server":"filesystem","state":"ready","tools":6,"restarts":0}',-998851875964635196);
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
INSERT INTO documents VALUES(1,'agents','owner',NULL,1,NULL,1,1795521222465,1795521222465,'{"incarnation":"run_7a07decdb284bd2deb046dad35e1f427","pid":23217,"at":"2026-11-24T11:53:42.465Z","tree":{"id":"runtime","kind":"supervisor","state":"running","restarts":0,"strategy":"oneForOne","children":[{"id":"health","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.463Z","restarts":0},{"id":"pruner","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"incidents","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"memory","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"servers","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"deadlines","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"starts","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"schedules","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"waits","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"families","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"dispatcher","kind":"worker","state":"running","startedAt":"2026-11-24T11:53:42.464Z","restarts":0},{"id":"runners","kind":"supervisor","state":"running","restarts":0,"strategy":"dynamic","children":[]},{"id":"workers","kind":"supervisor","state":"running","restarts":0,"strategy":"dynamic","children":[]}]}}',-5016697092378420017);
INSERT INTO documents VALUES(2,'queue.control','class/held',NULL,1,NULL,1,1795521222473,1795521222473,'{"limits":{},"pause":true}',5710550117241185111);
INSERT INTO documents VALUES(3,'wait','wait_e504232d36fc169993e9f349dd888e70','task_76b5ff8414b4278c3feb2f32cd6c8c20',1,NULL,1,1795521222511,1795521222511,'{"kind":"approval","stepId":"w","question":"Go on?","options":["approve","reject"]}',8891728006572669001);
UPDATE sqlite_sequence SET seq = 40 WHERE name = 'events';
CREATE UNIQUE INDEX tasks_by_key ON tasks (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX tasks_by_state ON tasks (state);
CREATE INDEX events_by_task ON events (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX tasks_by_deadline ON tasks (deadline)
  WHERE deadline IS NOT NULL AND state IN ('queued', 'scheduled', 'waiting');
CREATE INDEX tasks_queue ON tasks (workspace_root, class, priority, fairness_key, number, size, state)
  WHERE state = 'queued';
CREATE UNIQUE INDEX tasks_by_unique_key ON tasks (unique_key)
  WHERE unique_key IS NOT NULL AND state NOT IN ('completed', 'failed', 'cancelled', 'dead');
CREATE INDEX tasks_by_start ON tasks (run_at) WHERE state = 'scheduled' AND run_at IS NOT NULL;
CREATE INDEX tasks_by_parent ON tasks (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_by_end ON tasks (ended_at) WHERE ended_at IS NOT NULL AND parent_id IS NULL;
CREATE INDEX documents_by_task ON documents (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX documents_open ON documents (kind) WHERE is_open = 1;
CREATE INDEX documents_due ON documents (kind, due_at) WHERE is_open = 1 AND due_at IS NOT NULL;
PRAGMA user_version = 3;
