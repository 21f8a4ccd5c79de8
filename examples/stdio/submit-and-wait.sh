#!/bin/sh
# Submits a plan and waits: the answer comes when the task has ended, then the process exits.
scr serve <<'REQUESTS'
{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"wait":true,"timeoutMs":60000,"plan":{"title":"Add, then double","steps":[{"id":"add","tool":"calculator","arguments":{"expression":"20 + 1"}},{"id":"double","tool":"calculator","arguments":{"expression":"${steps.add.text} * 2"}}],"expect":[{"value":"${steps.double.text}","equals":"42"}],"result":"${steps.double.text}"}}}
REQUESTS
