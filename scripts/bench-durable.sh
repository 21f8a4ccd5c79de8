#!/usr/bin/env bash
# Measures the durable engine (D1–D5, S1) against its baselines. Needs a built scr; options go to Benchmarks/durable.py.
set -euo pipefail
cd "$(dirname "$0")/.."

scr=${SCR_BIN:-.build/release/scr}
[ -x "$scr" ] || { echo "There is no $scr: run 'make build' first, or name a binary in SCR_BIN." >&2; exit 2; }
unset SCR_BIN
scripts/python-env.sh mcp2 dramatiq
swift build -c release --static-swift-stdlib -Xlinker -s --product store-bench
mkdir -p .build-tools/bin
cc -O2 -Wall -Wextra -Werror -o .build-tools/bin/store Benchmarks/baselines/store.c -lsqlite3
exec .build-tools/mcp2/bin/python Benchmarks/durable.py --scr "$scr" --store-bench .build/release/store-bench \
  --store .build-tools/bin/store --dramatiq .build-tools/dramatiq/bin/python --python .build-tools/mcp2/bin/python "$@"
