#!/bin/sh
# Which tools there are, and two calls. Answers carry the id of their request and may come in any order.
scr serve <<'REQUESTS'
{"jsonrpc":"2.0","id":"list","method":"list_tools"}
{"jsonrpc":"2.0","id":"sum","method":"execute_tool","params":{"name":"calculator","arguments":{"expression":"0.1 + 0.2"}}}
{"jsonrpc":"2.0","id":"read","method":"execute_tool","params":{"name":"filesystem.read_text_file","arguments":{"path":"README.md","head":1}}}
REQUESTS
