"""Measures the durable engine against its baselines and prints D1–D5 and S1 as ratios of one run.

usage: durable.py --scr PATH --store-bench PATH --store PATH --dramatiq PYTHON [--redis redis-server] [--short] [--check]

--store is the C baseline. Without a redis-server D3 is left out, and said so.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import Figure, table, where

HERE = Path(__file__).parent
NOOP = {"steps": [{"id": "a", "tool": "calculator", "arguments": {"expression": "20 + 22"}}]}


class Runtime:
    """One `scr serve` and its pipe."""

    def __init__(self, scr, state, *, config=None):
        options = ["--config", str(config)] if config else []
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [scr, "serve", "--state", str(state), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=Path(state).parent)
        self.last = 0

    def send(self, method, **params):
        self.last += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        self.process.stdin.write(line.encode() + b"\n")
        return self.last

    def flush(self):
        self.process.stdin.flush()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("durable.py: scr ended before its answer")
        message = json.loads(line)
        if "error" in message:
            sys.exit(f"durable.py: scr answered {message['error']}")
        return message

    def call(self, method, **params):
        wanted = self.send(method, **params)
        self.flush()
        while (message := self.read()).get("id") != wanted:
            pass
        return message["result"]

    def resident(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait()


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.made = options, Path(folder), 0
        self.sample, self.empty = self.place(), self.place()
        self.store("submit", self.sample, 1)
        self.store("submit", self.empty, 0)

    def place(self):
        self.made += 1
        path = self.folder / f"{self.made}" / "state"
        path.parent.mkdir()
        return path

    def fresh(self):
        path = self.place()
        shutil.copytree(self.empty, path)
        return path

    def run(self, *words):
        result = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"durable.py: {words[0]}: {result.stderr.strip()[-2000:]}")
        return json.loads(result.stdout)

    def store(self, mode, path, count, *more):
        return self.run(self.options.store_bench, mode, path, count, *more)

    def baseline(self, count, per_commit):
        path = self.fresh()
        found = self.run(
            self.options.store, self.sample / "scr.sqlite", path / "scr.sqlite", count, per_commit)["perSecond"]
        shutil.rmtree(path)
        return found

    def ours(self, count, in_flight):
        return self.store("submit", self.fresh(), count, in_flight)["perSecond"]

    def config(self, text):
        path = self.folder / f"config-{self.made}.yaml"
        path.write_text(text)
        return path


def turns(rounds, *measures):
    """Medians; what is compared takes turns, so that a slow minute hits all."""
    samples = [[] for _ in measures]
    for _ in range(rounds):
        for measure, taken in zip(measures, samples):
            taken.append(measure())
    return [statistics.median(taken) for taken in samples]


def over_the_pipe(bench, count):
    with Runtime(bench.options.scr, bench.fresh(), config=bench.config("runtime: { maxConcurrentTasks: 1 }")) as scr:
        scr.call("pause_queue")
        begin = time.monotonic()
        for _ in range(count):
            scr.call("submit_task", plan=NOOP)
        return count / (time.monotonic() - begin)


def end_to_end(bench, count):
    """From the first submit to the last task's end, 256 submits in flight."""
    config = bench.config("runtime: { maxConcurrentTasks: 64 }")
    with Runtime(bench.options.scr, bench.fresh(), config=config) as scr:
        stream = scr.send("stream", kinds=["task.completed"])
        scr.flush()
        begin = time.monotonic()
        sent = ended = answered = 0
        while ended < count:
            while sent < count and sent - answered < 256:
                scr.send("submit_task", plan=NOOP)
                sent += 1
            scr.flush()
            message = scr.read()
            if message.get("method") == "event":
                ended += 1
            elif message.get("id") != stream:
                answered += 1
        seconds = time.monotonic() - begin
        return count / seconds


def dramatiq(bench, count):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = bench.folder / f"redis-{port}"
    folder.mkdir()
    server = subprocess.Popen(
        [bench.options.redis, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes",
         "--appendfsync", "always", "--save", ""], stdout=subprocess.PIPE, text=True)
    try:
        for line in server.stdout:
            if "Ready to accept connections" in line:
                break
        script = HERE / "baselines" / "dramatiq_tasks.py"
        return bench.run(bench.options.dramatiq, script, f"redis://127.0.0.1:{port}/0", count)["perSecond"]
    finally:
        server.terminate()
        server.wait()


def starts(bench, path, rounds):
    """Milliseconds from exec to the first answer about the tasks, and MiB resident then."""
    times, sizes = [], []
    for _ in range(rounds):
        with Runtime(bench.options.scr, path, config=bench.config("runtime: { maxConcurrentTasks: 1 }")) as scr:
            scr.call("status")
            times.append((time.monotonic() - scr.started) * 1000)
            sizes.append(scr.resident())
    return statistics.median(times), statistics.median(sizes)


def resumption(bench, queued):
    """Milliseconds from exec to the first step of a task that ran when its runtime was killed."""
    path = bench.fresh()
    config = bench.config(f"runtime: {{ maxConcurrentTasks: 100 }}\nqueue: {{ maxSize: {2 * queued} }}")
    scr = Runtime(bench.options.scr, path, config=config)
    scr.call("pause_queue")
    # In pieces: whoever only writes and whoever only answers would wait for each other.
    for _ in range((queued + 200) // 100):
        for _ in range(100):
            scr.send("submit_task", plan=NOOP)
        scr.flush()
        for _ in range(100):
            scr.read()
    scr.send("stream", kinds=["task.started"])
    scr.send("resume_queue")
    scr.flush()
    started = 0
    while started < 100:
        started += scr.read().get("method") == "event"
    scr.kill()
    listed = subprocess.run(
        [bench.options.scr, "tasks", "list", "--json", "--status", "running", "--limit", "500", "--state", str(path)],
        capture_output=True, text=True)
    if listed.returncode:
        sys.exit(f"durable.py: scr tasks list: {listed.stderr.strip()}")
    running = {task["taskId"] for task in json.loads(listed.stdout)["tasks"]}
    if not running:
        sys.exit("durable.py: nothing ran when the runtime was killed")
    with Runtime(bench.options.scr, path, config=config) as scr:
        scr.send("stream", kinds=["step.started"], follow=True)
        scr.flush()
        while True:
            event = scr.read()
            if event.get("method") == "event" and event["params"]["taskId"] in running:
                found = (time.monotonic() - scr.started) * 1000
                break
        scr.kill()
    return found


def server_restart(bench, rounds):
    """Milliseconds: a tool server's own start, and from its death to ready again without the pause before it."""
    python = bench.options.python
    config = bench.config(
        f"mcp: {{ servers: {{ tools: {{ command: {python}, args: [{HERE / 'baselines' / 'python_server.py'}] }} }} }}")
    with Runtime(bench.options.scr, bench.fresh(), config=config) as scr:
        scr.send("stream", kinds=["server.state"], since=0)
        scr.flush()
        own, again, begin = [], [], None
        died = None
        while len(again) < rounds:
            message = scr.read()
            if message.get("method") != "event" or message["params"]["data"]["server"] != "tools":
                continue
            event = message["params"]
            at, state = parse(event["at"]), event["data"]["state"]
            if state == "starting":
                begin = at
            elif state == "ready":
                (own if died is None else again).append((at - begin) if died is None else (at - died))
                died = time.time()
                os.kill(child_of(scr.process.pid, "python_server.py"), signal.SIGKILL)
        return statistics.median(own) * 1000, statistics.median(again) * 1000


def parse(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def child_of(ancestor, name):
    parents, found = {}, None
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    for pid in parents:
        above = pid
        while above not in (0, ancestor):
            above = parents.get(above, 0)
        if above == ancestor and pid != ancestor:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if words and b"python" in words[0] and any(name.encode() in word for word in words):
                found = pid
    return found


def measure(bench, short):
    rounds = 1 if short else 3
    few, many, noops = (300, 20_000, 2_000) if short else (1_000, 100_000, 10_000)
    figures = []

    def add(name, what, ours, theirs, ratio, bound, at_least, gross):
        figures.append(Figure(name, what, ours, theirs, ratio, bound, at_least, True, gross))

    single, c_single, pipe = turns(
        rounds, lambda: bench.ours(few, 1), lambda: bench.baseline(few, 1), lambda: over_the_pipe(bench, few))
    group, c_group = turns(rounds, lambda: bench.ours(many, 1000), lambda: bench.baseline(many, 1000))
    add("D1", "durable submit, one at a time", f"{single:,.0f}/s", f"C: {c_single:,.0f}/s", single / c_single,
        0.85, True, 0.4)
    add("D1", "durable submit, 1,000 in flight", f"{group:,.0f}/s", f"C, 1,000 a commit: {c_group:,.0f}/s",
        group / c_group, 0.5, True, 0.25)
    add("D2", "durable submit over the pipe, one at a time", f"{pipe:,.0f}/s", f"C: {c_single:,.0f}/s",
        pipe / c_single, 0.6, True, 0.3)
    if bench.options.redis:
        ours, theirs = turns(rounds, lambda: end_to_end(bench, noops), lambda: dramatiq(bench, noops // 2))
        add("D3", "no-op tasks end to end, durable", f"{ours:,.0f}/s", f"Dramatiq on Redis: {theirs:,.0f}/s",
            ours / theirs, 5, True, 2)
    million = 100_000 if short else 1_000_000
    small, large = bench.fresh(), bench.fresh()
    here = str(small.parent), str(large.parent)
    bench.store("fill", small, 10, here[0])
    bench.store("fill", large, million, here[1])
    few_us, many_us = turns(
        rounds, lambda: bench.store("claim", small, 200, here[0])["p50us"],
        lambda: bench.store("claim", large, 200, here[1])["p50us"])
    add("D4", f"claim with {million:,} queued", f"{many_us:,.0f} µs", f"with 10: {few_us:,.0f} µs", many_us / few_us,
        2, False, 4)
    start, resident = starts(bench, large, rounds)
    add("D4", f"start with {million:,} queued", f"{start:,.0f} ms", "1,000 ms", start / 1000, 1, False, 2)
    add("D4", "resident then", f"{resident:.1f} MiB", "64 MiB", resident / 64, 1, False, 1.5)
    resumed = turns(rounds, lambda: resumption(bench, 10_000))[0]
    add("D5", "kill −9 with 10,000 queued and 100 running, to the first resumed step", f"{resumed:,.0f} ms", "500 ms",
        resumed / 500, 1, False, 2)
    own, again = server_restart(bench, 2 if short else 5)
    add("S1", "a tool server's crash to ready again, less its pause of 100 ms", f"{again - 100:,.0f} ms",
        f"its own start: {own:,.0f} ms", (again - 100) / own, 1.2, False, 2)
    return figures


def main():
    parser = argparse.ArgumentParser()
    for name in ("scr", "store-bench", "store", "dramatiq", "python"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--redis", default=shutil.which("redis-server"))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for name in ("scr", "store_bench", "store", "dramatiq", "python"):
        setattr(options, name, str(Path(getattr(options, name)).absolute()))
    with tempfile.TemporaryDirectory() as folder:
        machine = where()
        figures = measure(Bench(options, folder), options.short)
    print(machine)
    print(table([["", "what", "scr", "baseline", "ratio", "goal", ""], *(figure.row() for figure in figures)]))
    if not options.redis:
        print("D3 was left out: there is no redis-server.")
    missed = [figure for figure in figures if not figure.better_than(figure.gross)]
    if options.check and missed:
        sys.exit("Missed by more than noise explains: " + ", ".join(f"{f.id} ({f.ratio:.3g})" for f in missed))


if __name__ == "__main__":
    main()
