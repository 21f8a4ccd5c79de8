"""Runs what README and the guides show, and compares what comes out with what they say comes out.

A block of `sh` says in a comment above it whether it is run:

    <!-- run -->                 it must succeed
    <!-- run: exit 1 -->         it must end with that status
    <!-- not run: REASON -->     for commands that a test cannot run

The `text` block that follows is what standard output must be (with another status: standard error); … stands for anything within a line, and a
line of … alone for any lines.
"""

import re
import subprocess
from dataclasses import dataclass

import pytest

from house import ROOT, environment

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    document: str
    mark: str | None
    command: str
    expected: str | None

    @property
    def is_run(self):
        return self.mark is not None and re.fullmatch(r"run(: exit \d+)?", self.mark) is not None

    @property
    def status(self):
        return int(self.mark.rpartition(" ")[2]) if "exit" in self.mark else 0

    def __str__(self):
        return f"{self.document}: {self.command.splitlines()[0][:50]}"


def blocks(name, text):
    fences = list(FENCE.finditer(text))
    for index, fence in enumerate(fences):
        if fence["kind"] != "sh":
            continue
        following = fences[index + 1] if index + 1 < len(fences) else None
        directly = following and following["kind"] == "text" and not text[fence.end():following.start()].strip()
        yield Block(name, fence["mark"], fence["body"], following["body"] if directly else None)


ALL = [block for path in DOCUMENTS for block in blocks(str(path.relative_to(ROOT)), path.read_text())]


def pattern(expected):
    lines = []
    for line in expected.splitlines():
        lines.append(r"(?:.*\n)*" if line == "…" else ".*".join(re.escape(part) for part in line.split("…")) + r"\n")
    return "".join(lines)


@pytest.mark.parametrize("block", [block for block in ALL if block.is_run], ids=str)
def test_what_the_documents_show_is_what_happens(tmp_path, block):
    (ROOT / "out").mkdir(exist_ok=True)
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.command], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        timeout=120, cwd=ROOT, env=environment(tmp_path))
    assert result.returncode == block.status, result.stdout + result.stderr
    assert block.expected is not None, "a block that is run must show what comes out"
    shown = result.stderr if block.status else result.stdout
    assert re.fullmatch(pattern(block.expected), shown), shown


def test_every_command_shown_is_run_or_says_why_not():
    silent = [str(block) for block in ALL if not block.is_run and not (block.mark or "").startswith("not run: ")]
    assert silent == []


def test_the_readme_shows_a_run():
    assert sum(block.is_run for block in ALL if block.document == "README.md") >= 4


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#]+)", path.read_text())
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []


def test_the_comparison_catches_a_difference():
    assert re.fullmatch(pattern("a … c\n…\nend\n"), "a b c\nx\ny\nend\n")
    assert not re.fullmatch(pattern("a … c\n"), "a b d\n")
    assert not re.fullmatch(pattern("a\n"), "a\nb\n")
    [block] = blocks("a.md", "<!-- run: exit 2 -->\n```sh\nfalse\n```\n```text\nno\n```\n")
    assert (block.is_run, block.status, block.expected) == (True, 2, "no\n")
