"""`scr mcp smoke` against published tool servers of both generations."""

import json
import subprocess

import pytest

from house import TOOLS, configuration, scr

MODERN, LEGACY = TOOLS / "servers" / "bin", TOOLS / "servers-legacy" / "bin"


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    git = ["git", "-C", str(folder), "-c", "user.name=A Person", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "file.txt").write_text("one line\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "The first commit"], check=True)
    return folder


@pytest.fixture
def config(tmp_path, repository):
    return configuration(tmp_path / "scr.yaml", {
        "time": {"command": str(MODERN / "mcp-server-time"), "args": ["--local-timezone", "UTC"]},
        "git": {"command": str(MODERN / "mcp-server-git"), "args": ["--repository", str(repository)]},
        "fetch": {"command": str(MODERN / "mcp-server-fetch")},
        "oldtime": {"command": str(LEGACY / "mcp-server-time"), "args": ["--local-timezone", "UTC"]},
    })


def smoke(config, tmp_path, *arguments, **options):
    return scr("mcp", "smoke", "--config", config, *arguments, home=tmp_path, cwd=tmp_path, **options)


def test_smoke_names_era_revision_and_tool_count_of_each_server(config, tmp_path):
    report = json.loads(smoke(config, tmp_path, "--json").stdout)
    found = {server["name"]: (server["era"], server["revision"]) for server in report["servers"]}
    assert {name: found[name] for name in ("time", "git", "fetch", "oldtime")} == {
        "time": ("modern", "2026-07-28"), "git": ("modern", "2026-07-28"), "fetch": ("modern", "2026-07-28"),
        "oldtime": ("legacy", "2025-11-25"),
    }
    counts = {server["name"]: server["toolCount"] for server in report["servers"]}
    assert (counts["time"], counts["fetch"], counts["oldtime"]) == (2, 1, 2)
    assert counts["git"] >= 10


@pytest.mark.parametrize("server", ["time", "oldtime"])
def test_smoke_calls_a_tool_in_either_era(config, tmp_path, server):
    arguments = json.dumps({"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"})
    result = smoke(config, tmp_path, "--server", server, "--tool", "convert_time", "--args-json", arguments)
    assert "21:00" in result.stdout


def test_smoke_reads_a_repository_through_the_git_server(config, tmp_path, repository):
    arguments = json.dumps({"repo_path": str(repository)})
    result = smoke(config, tmp_path, "--server", "git", "--tool", "git_log", "--args-json", arguments)
    assert "The first commit" in result.stdout


def test_smoke_fails_with_what_an_unhealthy_server_said(tmp_path):
    config = configuration(tmp_path / "scr.yaml", {
        "broken": {"command": "python3", "args": ["-c", "import sys; sys.exit('no database at home')"]}})
    result = smoke(config, tmp_path, check=False)
    assert result.returncode == 1
    assert "broken" in result.stdout + result.stderr
    assert "no database at home" in result.stdout + result.stderr
