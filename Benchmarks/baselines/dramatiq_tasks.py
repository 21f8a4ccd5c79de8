"""No-op tasks through Dramatiq over Redis, from the first enqueue to the last acknowledgement.

usage: dramatiq_tasks.py REDIS_URL COUNT     prints {"perSecond": tasks}

The workers are what its command line starts on two cores: two processes of eight threads.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import dramatiq
from dramatiq.brokers.redis import RedisBroker

broker = RedisBroker(url=os.environ["BENCH_REDIS"] if "BENCH_REDIS" in os.environ else sys.argv[1])
# Nothing but what delivers and repeats: results, prometheus and the rest are left out.
broker.middleware = [m for m in broker.middleware if type(m).__name__ in ("Retries", "TimeLimit", "AgeLimit")]
dramatiq.set_broker(broker)


@dramatiq.actor(queue_name="bench")
def noop():
    pass


def main():
    url, count = sys.argv[1], int(sys.argv[2])
    here = Path(__file__)
    workers = subprocess.Popen(
        [sys.executable, "-m", "dramatiq", here.stem, "--processes", "2", "--threads", "8", "--path", str(here.parent)],
        env={**os.environ, "BENCH_REDIS": url}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        noop.send()
        broker.join("bench")
        begin = time.monotonic()
        for _ in range(count):
            noop.send()
        broker.join("bench", interval=10)
        print(json.dumps({"perSecond": count / (time.monotonic() - begin)}))
    finally:
        workers.terminate()
        workers.wait()


if __name__ == "__main__":
    main()
