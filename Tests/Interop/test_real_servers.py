"""`scr mcp smoke` against published tool servers of both generations."""

import json
import subprocess

import pytest

from house import ROOT, TOOLS, configuration, scr

MODERN, LEGACY, FASTMCP = TOOLS / "servers", TOOLS / "servers-legacy", TOOLS / "servers-fastmcp"
DOCUMENT = ROOT / "docs" / "tool-servers.md"

# Package, environment, arguments, variables.
PUBLISHED = {
    "aws": ("awslabs.aws-documentation-mcp-server", MODERN, [], {}),
    "calculator": ("mcp-server-calculator", LEGACY, [], {}),
    "diagrams": ("diagrams-mcp", FASTMCP, [], {}),
    "duckdb": ("mcp-server-duckdb", LEGACY, ["--db-path", "{folder}/duck.db"], {}),
    "duckduckgo": ("duckduckgo-mcp-server", LEGACY, [], {}),
    "editor": ("mcp-text-editor", LEGACY, [], {}),
    "excel": ("excel-mcp-server", LEGACY, ["stdio"], {}),
    "fetch": ("mcp-server-fetch", MODERN, [], {}),
    "git": ("mcp-server-git", MODERN, ["--repository", "{folder}/repository"], {}),
    "oldtime": ("mcp-server-time", LEGACY, ["--local-timezone", "UTC"], {}),
    "shell": ("mcp-shell-server", LEGACY, [], {"ALLOW_COMMANDS": "ls"}),
    "simpletime": ("mcp-simple-timeserver", LEGACY, [], {}),
    "sqlite": ("mcp-server-sqlite", LEGACY, ["--db-path", "{folder}/lite.db"], {}),
    "time": ("mcp-server-time", MODERN, ["--local-timezone", "UTC"], {}),
    "wikipedia": ("wikipedia-mcp", FASTMCP, [], {}),
    "yahoo": ("mcp-yahoo-finance", MODERN, [], {}),
}


def versions(environment):
    """What the environment's requirements file pins, by package."""
    text = (ROOT / "Tests" / "Interop" / f"requirements-{environment.name}.txt").read_text()
    return dict(line.split("==") for line in text.splitlines() if "==" in line)


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
        name: {
            "command": str(environment / "bin" / package), "env": variables,
            "args": [argument.format(folder=tmp_path) for argument in arguments],
            # All of them start at once, and Python takes its time to import.
            "startupTimeoutMs": 60000,
        }
        for name, (package, environment, arguments, variables) in PUBLISHED.items()
    })


def smoke(config, tmp_path, *arguments, **options):
    return scr("mcp", "smoke", "--config", config, *arguments, home=tmp_path, cwd=tmp_path, **options)


def test_smoke_starts_every_published_server_and_says_what_it_speaks(config, tmp_path):
    report = json.loads(smoke(config, tmp_path, "--json").stdout)
    found = {server["name"]: server for server in report["servers"] if server["name"] in PUBLISHED}
    assert sorted(found) == sorted(PUBLISHED)
    assert [name for name, server in found.items() if not server["healthy"] or not server["toolCount"]] == []
    assert {found[name]["revision"] for name in ("time", "git", "fetch", "aws", "yahoo")} == {"2026-07-28"}
    assert {found[name]["revision"] for name in ("wikipedia", "diagrams")} == {"2025-06-18"}
    assert found["oldtime"]["revision"] == "2025-11-25"
    # The table of the documentation is this one.
    document = DOCUMENT.read_text()
    rows = [
        f"| `{package}` | {versions(environment)[package]} | {found[name]['revision']} |"
        for name, (package, environment, *_) in PUBLISHED.items()
    ]
    assert [row for row in rows if row not in document] == []


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
