"""FastMCP's client, in an environment of its own, against `scr serve`."""

import json
import subprocess
from pathlib import Path

from house import SCR, TOOLS, environment

PYTHON = TOOLS / "fastmcp" / "bin" / "python"
CLIENT = Path(__file__).parent / "fixtures" / "fastmcp_client.py"


def test_fastmcp_lists_and_calls_tools_and_sees_an_error_as_a_result(tmp_path):
    result = subprocess.run(
        [str(PYTHON), str(CLIENT), str(SCR), "serve", "--state", str(tmp_path / "state")],
        capture_output=True, text=True, timeout=120, cwd=tmp_path, env=environment(tmp_path / "home"))
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    assert {"calculator", "submit_task"} <= set(seen["tools"])
    assert seen["text"] == "21"
    assert seen["failed"] is True
    assert "divi" in seen["why"]
