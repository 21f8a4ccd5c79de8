#!/usr/bin/env bash
# Builds the C baselines and the driver and prints the table of figures. Needs a built scr; options go to Benchmarks/figures.py.
set -euo pipefail
cd "$(dirname "$0")/.."

scr=${SCR_BIN:-.build/release/scr}
[ -x "$scr" ] || { echo "There is no $scr: run 'make build' first, or name a binary in SCR_BIN." >&2; exit 2; }
unset SCR_BIN
scripts/python-env.sh mcp2
swift build -c release --static-swift-stdlib -Xlinker -s --product model-bench
swift build -c release --static-swift-stdlib -Xlinker -s --product frame-bench
mkdir -p .build-tools/bin
for program in Benchmarks/driver.c Benchmarks/token_server.c Benchmarks/baselines/echo.c; do
  cc -O2 -Wall -Wextra -Werror -o ".build-tools/bin/$(basename "$program" .c)" "$program"
done
cc -O2 -Wall -Wextra -Werror -o .build-tools/bin/stream_reader Benchmarks/baselines/stream_reader.c -lcurl
exec .build-tools/mcp2/bin/python Benchmarks/figures.py --scr "$scr" --driver .build-tools/bin/driver \
  --echo .build-tools/bin/echo --python .build-tools/mcp2/bin/python --token-server .build-tools/bin/token_server \
  --stream-reader .build-tools/bin/stream_reader --model-bench .build/release/model-bench \
  --frame-bench .build/release/frame-bench "$@"
