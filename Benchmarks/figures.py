"""Measures `scr` against its baselines and prints the figures as ratios of one run.

usage: figures.py --scr PATH --driver PATH --echo PATH --python PATH
                  --token-server PATH --stream-reader PATH --model-bench PATH --frame-bench PATH
                  [--short] [--check] [--json FILE]

--short  fewer calls, for CI; the Python server's memory is then read after fewer calls than ours, which favours it
--check  exit 1 where a required figure is missed by more than a noisy machine explains (see `Figure.gross`)
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import models

HERE = Path(__file__).parent


@dataclass
class Figure:
    id: str
    what: str
    ours: str
    theirs: str
    ratio: float
    bound: float
    at_least: bool
    required: bool
    gross: float  # the ratio beyond which `--check` fails

    def better_than(self, bound):
        return self.ratio >= bound if self.at_least else self.ratio <= bound

    def row(self):
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.better_than(self.bound) else "missed" if self.required else "not yet"
        return [self.id, self.what, self.ours, self.theirs, f"{self.ratio:.3g}", f"{sign} {self.bound:.3g}", verdict]


class Bench:
    def __init__(self, options, state):
        self.driver = options.driver
        self.rounds = 1 if options.short else 3
        self.log = Path(state) / "servers.log"
        calculator = ["--tool", "calculator", "--arguments", '{"expression":"20 + 22"}', "--expect", '"text":"42"']
        add = ["--tool", "add", "--arguments", '{"a":20,"b":22}', "--expect", '"text":"42"']
        self.servers = {
            "scr": (calculator, [options.scr, "serve", "--state", f"{state}/state"]),
            "echo": (calculator, [options.echo]),
            "python": (add, [options.python, str(HERE / "baselines" / "python_server.py")]),
        }
        for count in (10, 1000):
            # Its list is longer by so many tools; what is called is the same.
            config = Path(state) / f"{count}-tools.yaml"
            server = [options.python, str(HERE / "baselines" / "many_tools.py"), str(count)]
            config.write_text(json.dumps({"mcp": {"servers": {"many": {"command": server[0], "args": server[1:]}}}}))
            self.servers[f"{count} tools"] = (
                calculator, [options.scr, "serve", "--state", ":memory:", "--config", str(config)])

    def run(self, mode, server, **options):
        call, command = self.servers[server]
        words = [self.driver, mode, "--log", str(self.log)]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        if mode != "start":
            words += call
        result = subprocess.run([*words, "--", *command], capture_output=True, text=True)
        if result.returncode:
            tail = self.log.read_text()[-2000:] if self.log.exists() else ""
            sys.exit(f"{result.stderr.strip()}\nThe servers' standard error ends with:\n{tail}")
        return json.loads(result.stdout)

    def interleaved(self, mode, key, options):
        """Medians per server; the servers take turns, so that a slow minute hits all of them."""
        samples = {server: [] for server in options}
        for _ in range(self.rounds):
            for server, settings in options.items():
                samples[server].append(self.run(mode, server, **settings))
        keys = [key] if isinstance(key, str) else key
        return {s: [statistics.median(sample[k] for sample in taken) for k in keys] for s, taken in samples.items()}


def measure(bench, short):
    many, few = (100_000, 1_500) if short else (1_000_000, 5_000)
    rate = bench.interleaved(
        "pipelined", "callsPerSecond",
        {"scr": {"calls": many}, "echo": {"calls": many}, "python": {"calls": few}})
    single_calls = 3_000 if short else 20_000
    single = bench.interleaved(
        "single", ["p50us", "p99us"], {"scr": {"calls": single_calls}, "echo": {"calls": single_calls}})
    first = bench.interleaved(
        "start", "medianMs", {"scr": {"runs": 11}, "python": {"runs": 3 if short else 5}})
    memory_calls = 5_000 if short else 50_000
    memory = bench.interleaved(
        "memory", "residentKiB", {"scr": {"calls": 50_000}, "python": {"calls": memory_calls}})

    def per_second(server):
        return f"{rate[server][0]:,.0f}/s"

    def micros(server, index):
        return f"{single[server][index]:.0f} µs"

    def mebibytes(server):
        return f"{memory[server][0] / 1024:.1f} MiB"

    return [
        Figure("F1", "tools/call, 256 in flight, against the C echo", per_second("scr"), per_second("echo"),
               rate["scr"][0] / rate["echo"][0], 1 / 5, True, False, 0),
        Figure("F2", "the same against the Python SDK's server", per_second("scr"), per_second("python"),
               rate["scr"][0] / rate["python"][0], 250, True, True, 125),
        Figure("F3", "one at a time, p50, against the C echo", micros("scr", 0), micros("echo", 0),
               single["scr"][0] / single["echo"][0], 1.5, False, False, float("inf")),
        Figure("F3", "one at a time, p99, against the C echo", micros("scr", 1), micros("echo", 1),
               single["scr"][1] / single["echo"][1], 2, False, False, float("inf")),
        Figure("F4", "exec to the first server/discover answer", f"{first['scr'][0]:.1f} ms",
               f"{first['python'][0]:.0f} ms", first["scr"][0] / first["python"][0], 1 / 50, False, True, 1 / 25),
        Figure("F5", f"resident after 50,000 calls (Python: {memory_calls:,})", mebibytes("scr"), mebibytes("python"),
               memory["scr"][0] / memory["python"][0], 1 / 4, False, True, 1 / 4),
    ]


def measure_frames(program):
    """F6: CPU of a message of 1 MiB that nobody looks into, against copying and searching its bytes."""
    times = json.loads(subprocess.run([program], capture_output=True, text=True, check=True).stdout)

    def figure(kind, what, bound):
        ours, theirs = times[f"{kind}Us"], times[f"{kind}FloorUs"]
        return Figure("F6", f"CPU of a 1 MiB message, {what}, against memcpy + memchr", f"{ours:.0f} µs",
                      f"{theirs:.0f} µs", ours / theirs, bound, False, False, 2 * bound)

    return [figure("string", "one long string", 12), figure("objects", "24,000 small objects", 25)]


def measure_growth(bench, short):
    """F7: what a call costs with a long list of tools, and with many in flight, against itself."""
    calls = 50_000 if short else 400_000
    rates = bench.interleaved(
        "pipelined", "callsPerSecond", {"10 tools": {"calls": calls}, "1000 tools": {"calls": calls}})
    few = [bench.run("pipelined", "scr", calls=calls, window=16)["callsPerSecond"] for _ in range(bench.rounds)]
    many = [bench.run("pipelined", "scr", calls=calls, window=256)["callsPerSecond"] for _ in range(bench.rounds)]

    def figure(what, long, short):
        return Figure("F7", what, f"{1e6 / long:.2f} µs", f"{1e6 / short:.2f} µs", short / long, 1.2, False, False, 2.4)

    return [
        figure("a call with 1,000 tools more, against 10 more", rates["1000 tools"][0], rates["10 tools"][0]),
        figure("a call with 256 in flight, against 16", statistics.median(many), statistics.median(few)),
    ]


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def where():
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return f"commit {commit} · {os.cpu_count()} × {model} · {platform.system()} {platform.release()} · load {load:.1f}"


def main():
    parser = argparse.ArgumentParser()
    for name in ("scr", "driver", "echo", "python", "token-server", "stream-reader", "model-bench", "frame-bench"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        machine = where()
        bench = Bench(options, state)
        figures = measure(bench, options.short)
        figures += measure_frames(options.frame_bench) + measure_growth(bench, options.short)
    figures += models.measure(Figure, options.token_server, options.stream_reader, options.model_bench, options.short)
    print(machine)
    print(table([["", "what", "scr", "baseline", "ratio", "goal", ""], *(figure.row() for figure in figures)]))
    if options.json:
        Path(options.json).write_text(json.dumps({"where": machine, "rows": [f.row() for f in figures]}, indent=2))
    missed = [figure for figure in figures if not figure.better_than(figure.gross)]
    if options.check and missed:
        sys.exit("Missed by more than noise explains: " + ", ".join(f"{f.id} ({f.ratio:.3g})" for f in missed))


if __name__ == "__main__":
    main()
