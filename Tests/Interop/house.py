"""What all tests here share: where the binary is, how to start it, and configurations for it."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCR = Path(os.environ.get("SCR_BIN", ROOT / ".build" / "release" / "scr")).resolve()
TOOLS = ROOT / ".build-tools"
PLENTY = Path(__file__).parent / "fixtures" / "plenty_server.py"

# No test may depend on, or change, what the person at this machine has configured.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")


def environment(home, **extra):
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "PATH": f"{SCR.parent}:{kept['PATH']}", "HOME": str(home), **extra}


def scr(*arguments, home, cwd=ROOT, stdin="", timeout=120, check=True, **extra):
    """Runs one command of scr to its end."""
    result = subprocess.run(
        [str(SCR), *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=timeout,
        cwd=cwd, env=environment(home, **extra))
    if check:
        assert result.returncode == 0, f"scr {arguments} → {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


def configuration(path, servers, allow=("*",)):
    """Writes a scr.yaml. YAML is a superset of JSON, so JSON it is."""
    path.write_text(json.dumps({"tools": {"allow": list(allow)}, "mcp": {"servers": servers}}))
    return path


def plenty(**variables):
    """The fixture server (the SDK's, with many tools) as an entry of mcp.servers."""
    return {"command": str(TOOLS / "mcp2" / "bin" / "python"), "args": [str(PLENTY)], "env": variables}


ADD_THEN_DOUBLE = {
    "title": "Add, then double",
    "steps": [
        {"id": "add", "tool": "calculator", "arguments": {"expression": "20 + 1"}},
        {"id": "double", "tool": "calculator", "arguments": {"expression": "${steps.add.text} * 2"}},
    ],
    "expect": [{"value": "${steps.double.text}", "equals": "42"}],
    "result": "${steps.double.text}",
}

HOLD = {"title": "Hold", "steps": [{"id": "hold", "tool": "plenty.hold", "arguments": {}}]}
