"""M1 and M2: what it costs to relay a model's tokens, against a bare libcurl reader of the same stream."""

import json
import statistics
import subprocess


class Streams:
    """The server of tokens, and the two that read from it by turns."""

    def __init__(self, server, reader, bench, rounds):
        self.server = subprocess.Popen([server], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.server.stdout.readline())
        self.commands = {"scr": bench, "reader": reader}
        self.rounds = rounds

    def read(self, who, tokens, pause_us, streams):
        address = f"http://127.0.0.1:{self.port}/{tokens}/{pause_us}"
        result = subprocess.run([self.commands[who], address, str(streams)], capture_output=True, text=True, timeout=300)
        if result.returncode:
            raise SystemExit(f"{self.commands[who]}: {result.stderr.strip()}")
        return json.loads(result.stdout)

    def medians(self, tokens, pause_us, streams):
        """By reader: the median of each number over the rounds, in which the readers take turns."""
        samples = {who: [] for who in self.commands}
        for _ in range(self.rounds):
            for who, taken in samples.items():
                taken.append(self.read(who, tokens, pause_us, streams))
        return {who: {key: statistics.median(sample[key] for sample in taken) for key in taken[0]}
                for who, taken in samples.items()}

    def close(self):
        self.server.stdin.close()
        self.server.wait()


def measure(Figure, server, reader, bench, short):
    streams = Streams(server, reader, bench, rounds=1 if short else 3)
    try:
        free = streams.medians(100_000 if short else 300_000, 0, 1)
        single = streams.medians(2_000 if short else 5_000, 1_000, 1)
        many = streams.medians(60 if short else 100, 50_000, 500)
    finally:
        streams.close()

    def micros(value):
        return f"{value:.2f} µs"

    def cpu(what, figures, required, gross):
        ours, theirs = figures["scr"]["cpuUs"], figures["reader"]["cpuUs"]
        return Figure("M1", what, micros(ours), micros(theirs), ours - theirs, 5, False, required, gross)

    added = (single["scr"]["p99us"] - single["reader"]["p99us"]) / 1000
    memory = (many["scr"]["busyKiB"] - many["scr"]["idleKiB"]) / 1024
    return [
        cpu("CPU per token above the reader's, µs: one stream, as fast as it comes", free, True, 10),
        cpu("the same: one stream, a token each ms", single, False, float("inf")),
        cpu("the same: 500 streams, 20 tokens/s each", many, True, 20),
        Figure("M1", "added latency p99, ms: a token each ms", micros(single["scr"]["p99us"]),
               micros(single["reader"]["p99us"]), added, 0.2, False, False, float("inf")),
        Figure("M2", "memory of 500 streams above the idle process, MiB", f"{many['scr']['busyKiB'] / 1024:.1f} MiB",
               f"idle {many['scr']['idleKiB'] / 1024:.1f} MiB", memory, 60, False, True, 90),
    ]
