"""A tool server that offers N tools and answers nothing else: many_tools.py N. It makes a list long, which is all that F7 needs."""

import json
import sys

count = int(sys.argv[1])
schema = {"type": "object", "properties": {"path": {"type": "string"}, "limit": {"type": "integer"}}, "required": ["path"]}
tools = [
    {"name": f"tool_{number}", "description": f"Tool number {number}", "inputSchema": schema} for number in range(count)
]
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    answer = {"jsonrpc": "2.0", "id": message["id"]}
    if message["method"] == "initialize":
        answer["result"] = {
            "protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
            "serverInfo": {"name": "many", "version": "1"},
        }
    elif message["method"] == "tools/list":
        answer["result"] = {"tools": tools}
    else:
        answer["error"] = {"code": -32601, "message": "unknown method"}
    print(json.dumps(answer), flush=True)
