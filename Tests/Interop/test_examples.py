"""Runs every example of the repository as its comments and guides say."""

import json
import re
import shutil
import subprocess
import tomllib

import pytest

from house import ROOT, SCR, environment, scr

EXAMPLES = ROOT / "examples"
STDIO = sorted((EXAMPLES / "stdio").glob("*.sh"))
HOSTS = sorted((EXAMPLES / "hosts").iterdir())
PLANS = sorted(path for path in (EXAMPLES / "plans").glob("*.yaml") if not path.name.endswith(".scr.yaml"))


def run_script(name, home, cwd=ROOT):
    result = subprocess.run(
        [str(EXAMPLES / "stdio" / name)], capture_output=True, text=True, timeout=60, cwd=cwd, env=environment(home))
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def answers(messages):
    return {message["id"]: message["result"] for message in messages if "id" in message}


def test_the_folder_report_is_written_checked_and_true(tmp_path):
    folder = tmp_path / "project"
    (folder / "out").mkdir(parents=True)
    (folder / "code").mkdir()
    for name in ("one.swift", "two.swift", "three.swift"):
        (folder / "code" / name).write_text(f"let name = \"{name}\"\n")
    (folder / "notes.txt").write_text("Not code.\n")
    for name in ("folder-report.yaml", "folder-report.scr.yaml"):
        shutil.copy(EXAMPLES / "plans" / name, folder)
    result = scr("run", "--plan", "folder-report.yaml", "--config", "folder-report.scr.yaml", "--json",
                 home=tmp_path, cwd=folder)
    task = json.loads(result.stdout)
    assert task["state"] == "completed"
    report = (folder / "out" / "folder-report.md").read_text()
    assert "| entries of the folder | 5 |" in report
    assert "| files that match `**/*.swift` | 3 |" in report
    assert "[FILE] notes.txt" in report
    characters = len("let name = \"one.swift\"\n") + len("let name = \"three.swift\"\n")
    assert f"on average | {characters // 2} |" in report
    assert task["result"] == {
        "report": "out/folder-report.md", "bytes": len(report.encode()), "entries": 5}


def test_the_folder_report_fails_where_there_is_nothing_to_report(tmp_path):
    folder = tmp_path / "project"
    (folder / "out").mkdir(parents=True)
    result = scr("run", "--plan", EXAMPLES / "plans" / "folder-report.yaml",
                 "--config", EXAMPLES / "plans" / "folder-report.scr.yaml", home=tmp_path, cwd=folder, check=False)
    assert result.returncode == 1
    assert "matches[0]" in result.stdout + result.stderr
    assert not (folder / "out" / "folder-report.md").exists()


def test_the_demo_reports_on_this_repository(tmp_path):
    (ROOT / "out").mkdir(exist_ok=True)
    plan, config = (EXAMPLES / "plans" / name for name in ("folder-report.yaml", "folder-report.scr.yaml"))
    scr("run", "--plan", plan, "--config", config, "--input", "folder=Sources", home=tmp_path)
    sources = len(list((ROOT / "Sources").rglob("*.swift")))
    assert f"files that match `**/*.swift` | {sources} |" in (ROOT / "out" / "folder-report.md").read_text()


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.name)
def test_every_plan_passes_the_check(tmp_path, plan):
    config = plan.with_suffix(".scr.yaml")
    scr("plan", "check", plan, *(["--config", config] if config.exists() else []), home=tmp_path)


def test_a_plan_asks_first_and_goes_on_with_the_answer(tmp_path):
    plan = EXAMPLES / "plans" / "ask-first.yaml"
    waiting = json.loads(scr("run", "--plan", plan, "--json", home=tmp_path, check=False).stdout)
    assert waiting["state"] == "waiting"
    [question] = json.loads(scr("approvals", "list", "--json", home=tmp_path).stdout)["approvals"]
    assert (question["taskId"], question["question"]) == (waiting["taskId"], "Pay 49.98?")
    task = json.loads(
        scr("approvals", "answer", "--run", "--json", question["approvalId"], "approve", home=tmp_path).stdout)
    assert (task["state"], task["result"]) == ("completed", "paid 49.98")


def test_a_plan_within_a_plan_is_a_task_of_its_own(tmp_path):
    task = json.loads(scr("run", "--plan", EXAMPLES / "plans" / "parts.yaml", "--json", home=tmp_path).stdout)
    assert task["result"] == "25, broken: true"
    children = {step["childTaskId"] for step in task["steps"] if "childTaskId" in step}
    child = json.loads(scr("tasks", "show", "--json", next(iter(children)), home=tmp_path).stdout)
    assert len(children) == 2
    assert child["parent"]["taskId"] == task["taskId"]


def test_status_answers_and_the_process_ends(tmp_path):
    [answer] = run_script("status.sh", tmp_path)
    assert answer["id"] == 1
    assert answer["result"]["store"]["durability"] == "durable"


def test_tools_are_listed_and_called(tmp_path):
    found = answers(run_script("tools.sh", tmp_path))
    assert {"calculator", "filesystem.read_text_file"} <= {tool["name"] for tool in found["list"]["tools"]}
    assert found["sum"]["content"][0]["text"] == "0.3"
    assert found["read"]["content"][0]["text"].startswith("# ")


def test_a_submitted_plan_is_awaited(tmp_path):
    [answer] = run_script("submit-and-wait.sh", tmp_path)
    assert (answer["result"]["state"], answer["result"]["result"]) == ("completed", "42")


def test_the_events_of_a_task_are_streamed_in_order_until_it_ends(tmp_path):
    messages = run_script("stream.sh", tmp_path)
    events = [message["params"] for message in messages if message.get("method") == "event"]
    kinds = [event["kind"] for event in events]
    assert kinds[0] == "task.submitted"
    assert kinds[-1] == "task.completed"
    assert {"step.started", "tool.called", "tool.returned", "step.completed"} <= set(kinds)
    sequences = [event["sequence"] for event in events]
    assert sequences == sorted(set(sequences))
    assert messages[-1]["result"]["dropped"] == 0


def test_every_stdio_example_has_a_test():
    tested = re.findall(r'run_script\("([^"]+)"', (ROOT / "Tests" / "Interop" / "test_examples.py").read_text())
    assert sorted(tested) == [path.name for path in STDIO]


def server_entry(path):
    settings = tomllib.loads(path.read_text()) if path.suffix == ".toml" else json.loads(path.read_text())
    [section] = settings.values()
    return section["scr"]


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.name)
def test_every_host_snippet_starts_a_server_that_answers(tmp_path, path):
    entry = server_entry(path)
    variables = {name: str(ROOT) for name in entry.get("env", {})}
    discover = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": path.stem, "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}}}})
    result = subprocess.run(
        [shutil.which(entry["command"], path=str(SCR.parent)), *entry["args"]], input=discover + "\n",
        capture_output=True, text=True, timeout=30, cwd=tmp_path, env=environment(tmp_path, **variables))
    assert result.returncode == 0, result.stderr
    assert "2026-07-28" in json.loads(result.stdout)["result"]["supportedVersions"]
