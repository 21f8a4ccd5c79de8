"""The scripts behind `make`: what they install, and what they say where they may not."""

import shutil
import subprocess

import pytest

from house import ROOT


@pytest.fixture
def machine(tmp_path):
    """A PATH of our own on which git, cc and python3 are missing and apt-get only takes notes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "bash").symlink_to(shutil.which("bash"))

    def command(name, body):
        (folder / name).write_text(f"#!{folder}/bash\n{body}\n")
        (folder / name).chmod(0o755)

    command("swift", "exit 0")
    command("apt-get", f'echo "$*" >> {tmp_path}/apt-calls')

    def run(purpose, uid):
        command("id", f"echo {uid}")
        return subprocess.run(
            [shutil.which("bash"), str(ROOT / "scripts" / "install.sh"), purpose], capture_output=True, text=True,
            env={"PATH": str(folder)})

    run.calls = tmp_path / "apt-calls"
    run.folder = folder
    return run


def test_without_root_the_exact_line_is_printed_and_nothing_is_installed(machine):
    result = machine("test", uid=1000)
    assert result.returncode == 2
    [line] = [line.strip() for line in result.stderr.splitlines() if "sudo" in line]
    assert line.startswith("sudo apt-get install -y --no-install-recommends git")
    assert line.split()[-3:] == ["gcc", "python3", "python3-venv"]
    assert not machine.calls.exists()


def test_as_root_what_is_missing_is_installed(machine):
    result = machine("build", uid=0)
    assert result.returncode == 0, result.stderr
    assert machine.calls.read_text().splitlines()[0].startswith("update")
    assert "install -y --no-install-recommends git" in machine.calls.read_text()


def test_without_swift_it_says_where_to_get_it(machine):
    (machine.folder / "swift").unlink()
    result = machine("build", uid=0)
    assert result.returncode == 2
    assert "swift.org" in result.stderr


def test_the_environments_of_python_are_made_once():
    result = subprocess.run([str(ROOT / "scripts" / "python-env.sh")], capture_output=True, text=True, cwd="/")
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "an environment was made again although its requirements are the same"


@pytest.mark.parametrize("library", ["libcurl.so.4", "libssl.so.3", "libswiftCore.so", "libFoundation.so"])
def test_lean_refuses_a_binary_that_links_what_it_should_not(tmp_path, library):
    (tmp_path / "ldd").write_text(f"#!/bin/sh\nprintf '\\tlibc.so.6 => /lib/libc.so.6 (0x1)\\n\\t{library} => /lib/x (0x2)\\n'\n")
    (tmp_path / "ldd").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SCR_BIN": "/bin/true"}
    result = subprocess.run([str(ROOT / "scripts" / "lean.sh")], capture_output=True, text=True, env=environment)
    assert result.returncode == 1
    assert library in result.stderr
